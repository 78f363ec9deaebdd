using System.Text.Json;

namespace AgentKey.Cli.Tests;

/// <summary>What a built assembly says of its tools, without a store.</summary>
public sealed class ToolsCommandTests : IDisposable
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "AgentKey.SampleTools.dll");

    private readonly CommandLine _tool = new() { Store = "postgres:Host=nowhere.invalid" };

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task The_tools_of_an_assembly_are_listed()
    {
        var listed = await _tool.RunAsync("tools", "list", Sample, "--json");
        var plain = await _tool.RunAsync("tools", "list", Sample);

        Assert.Equal(0, listed.ExitCode);
        var step = Assert.Single(listed.Json.GetProperty("tools").EnumerateArray(), tool => tool.GetProperty("tool").GetString() == "ShapeTools.StepAsync");
        Assert.Equal(
            ("shapes.step", "up to $0.04", "refund", "keep"),
            (Text(step, "scope"), Text(step, "price"), Text(step, "onFailure"), Text(step, "onCancellation")));
        Assert.Equal("AgentKey.SampleTools.ShapeTools.StepAsync", Text(step, "method"));
        Assert.StartsWith("sha256:", Text(step, "schema"), StringComparison.Ordinal);
        Assert.Contains("up to $0.04", plain.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exported_manifest_says_what_the_assembly_says()
    {
        var exported = await _tool.RunAsync("tools", "export", Sample);
        var compared = await _tool.RunAsync("tools", "diff", "agentkey.tools.json", Sample);

        Assert.Equal(0, exported.ExitCode);
        Assert.Equal((0, "No tool changed."), (compared.ExitCode, compared.Out.Trim()));
        Assert.Equal((await _tool.RunAsync("tools", "list", Sample, "--json")).Out, (await _tool.RunAsync("tools", "list", "agentkey.tools.json", "--json")).Out);
    }

    [Fact]
    public async Task A_difference_is_named_and_fails_the_command()
    {
        await _tool.RunAsync("tools", "export", Sample, "--output", "old.json");
        var file = Path.Combine(_tool.Folder, "old.json");
        var accepted = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            file,
            accepted.Replace("up to $0.04", "up to $0.03", StringComparison.Ordinal).Replace("ShapeTools.Touch\"", "ShapeTools.Tap\"", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        var compared = await _tool.RunAsync("tools", "diff", "old.json", Sample);
        var json = (await _tool.RunAsync("tools", "diff", "old.json", Sample, "--json")).Json;

        Assert.Equal(1, compared.ExitCode);
        Assert.Contains("AgentKey.SampleTools.ShapeTools.StepAsync changed: price from up to $0.03 to up to $0.04.", compared.Error, StringComparison.Ordinal);
        Assert.Equal(["changed", "removed", "added"], json.GetProperty("changes").EnumerateArray().Select(change => Text(change, "kind")));
    }

    [Theory]
    [InlineData("nothing.json", null, "names no file ('nothing.json')")]
    [InlineData("empty.json", "", "names a file that is empty: a manifest without tools is {} ('empty.json')")]
    [InlineData("blank.json", " \n", "is empty: a manifest without tools is {} ('blank.json')")]
    [InlineData("broken.json", "{", "is no JSON ('broken.json')")]
    [InlineData("list.json", "[]", "is no JSON object ('list.json')")]
    [InlineData("later.json", """{ "version": 2, "tools": [] }""", "has version 2, and this release reads 1")]
    [InlineData("poor.json", """{ "tools": [{ "method": "A.B" }] }""", "has a tool without \"tool\"")]
    [InlineData("text.dll", "no image", "names no .NET assembly ('text.dll')")]
    public async Task What_is_no_list_of_tools_is_refused_by_name(string file, string? content, string problem)
    {
        if (content is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(_tool.Folder, file), content, TestContext.Current.CancellationToken);
        }

        var refused = await _tool.RunAsync("tools", "list", file, "--json");

        Assert.Equal((2, "source"), (refused.ExitCode, Text(refused.Json.GetProperty("error"), "field")));
        Assert.Contains(problem, Text(refused.Json.GetProperty("error"), "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_manifest_is_refused_where_it_is_compared()
    {
        await File.WriteAllTextAsync(Path.Combine(_tool.Folder, "agentkey.tools.json"), "", TestContext.Current.CancellationToken);

        var refused = await _tool.RunAsync("tools", "diff", "agentkey.tools.json", Sample);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("names a file that is empty: a manifest without tools is {} ('agentkey.tools.json')", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_assembly_without_tools_has_an_empty_manifest()
    {
        var exported = await _tool.RunAsync("tools", "export", Path.Combine(AppContext.BaseDirectory, "AgentKey.Cli.dll"), "--json");

        Assert.Equal(0, exported.Json.GetProperty("tools").GetInt32());
        Assert.Equal(0, (await _tool.RunAsync("tools", "list", "agentkey.tools.json", "--json")).Json.GetProperty("tools").GetArrayLength());
    }

    private static string Text(JsonElement json, string property) => json.GetProperty(property).GetString()!;
}
