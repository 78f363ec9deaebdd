using System.Reflection;
using AgentKey.Agents;

namespace AgentKey.AspNetCore.Dashboard;

/// <summary>What every tool needs and costs, from the manifests of the assemblies that this program has loaded.</summary>
internal static class ToolsPage
{
    public static Html Read()
    {
        AgentToolEntryAttribute[] tools = [.. AppDomain.CurrentDomain.GetAssemblies()
            .SelectMany(assembly => assembly.GetCustomAttributes<AgentToolEntryAttribute>())
            .OrderBy(tool => tool.Tool, StringComparer.Ordinal)
            .ThenBy(tool => tool.Method, StringComparer.Ordinal)];
        return DashboardLayout.Page("Tools", "", Html.Of($"""
            <section class="card" aria-labelledby="tools">
            <div class="card-head"><h1 id="tools">Tools</h1><span class="quiet">of this program, as its build wrote them down</span></div>
            {(tools.Length == 0 ? None : Table(tools))}
            </section>
            """));
    }

    private static Html None => Html.Of($"""
        <p class="empty quiet">This program has no tagged tools. Those of another: <code>agentkey tools list App.dll</code>.</p>
        """);

    private static Html Table(IEnumerable<AgentToolEntryAttribute> tools) => Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="Tools and their prices">
        <table class="tools"><thead><tr><th scope="col">Tool</th><th scope="col">Scope</th><th scope="col" class="number">Price</th><th scope="col">When it fails</th><th scope="col">When it is cancelled</th></tr></thead>
        <tbody>{tools.Select(Row)}</tbody></table></div>
        """);

    private static Html Row(AgentToolEntryAttribute tool) => Html.Of($"""
        <tr><td>{tool.Tool}<br><span class="quiet">{tool.Method}</span></td><td>{(tool.Scope is null ? Html.Of($"""<span class="quiet">public</span>""") : Html.Of($"<code>{tool.Scope}</code>"))}</td><td class="number">{(tool.Scope is null ? "free" : tool.Price)}</td><td>{Money(tool, tool.OnFailure)}</td><td>{Money(tool, tool.OnCancellation)}</td></tr>
        """);

    private static string Money(AgentToolEntryAttribute tool, FailureOutcome outcome) =>
        tool.Scope is null ? "" : outcome == FailureOutcome.Refund ? "returned" : "kept";
}
