using System.ComponentModel;
using AgentKey.Agents;
using BudgetedMcpServer.Documents;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace BudgetedMcpServer;

/// <summary>What agents may do with the documents, and what each call costs. Nothing else here knows of money.</summary>
public sealed class DocumentTools(DocumentFolder documents)
{
    [McpServerTool(Name = "search", ReadOnly = true)]
    [Description("Finds the sections that answer a query best, with the line that matches.")]
    [AgentScope("docs.search"), Cost(1)]
    public IReadOnlyList<SearchHit> Search(
        [Description("Words to look for")] string query,
        [Description("How many sections to return, 1 to 20")] int limit = 5) =>
        documents.Search(query, Math.Clamp(limit, 1, 20));

    [McpServerTool(Name = "read", ReadOnly = true)]
    [Description("Returns one document whole. Costs 0.2 cents per 1,000 characters.")]
    [AgentScope("docs.read"), Cost(typeof(ReadPrice))]
    public async Task<string> ReadAsync([Description("The path, as search returned it")] string path, CancellationToken cancellationToken) =>
        await documents.ReadAsync(path, cancellationToken) ?? throw new McpException($"There is no document {path}.");

    [McpServerTool(Name = "summarize", ReadOnly = true)]
    [Description("Returns the sentences that say most about a document.")]
    [AgentScope("docs.summarize"), Cost(15)]
    public async Task<string> SummarizeAsync(
        [Description("The path, as search returned it")] string path,
        [Description("How many sentences, 1 to 20")] int sentences = 5,
        CancellationToken cancellationToken = default) =>
        Summary.Of(await ReadAsync(path, cancellationToken), Math.Clamp(sentences, 1, 20));

    [McpServerTool(Name = "digest", ReadOnly = true)]
    [Description("Returns what says most about all documents of one folder; asks which one where the client can.")]
    [AgentScope("docs.digest"), Cost(40)]
    public string Digest(
        RequestContext<CallToolRequestParams> context, [Description("The folder; without it you are asked")] string? folder = null)
    {
        var chosen = folder ?? FolderQuestion.FindAnswer(context.Params) ?? throw FolderQuestion.Ask(documents.Folders);
        return documents.TextsOf(chosen) is { Count: > 0 } texts
            ? Summary.Of(string.Join("\n\n", texts), 10)
            : throw new McpException($"There are no documents in {chosen}.");
    }
}
