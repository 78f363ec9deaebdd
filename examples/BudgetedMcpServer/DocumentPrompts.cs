using System.ComponentModel;
using AgentKey.Agents;
using BudgetedMcpServer.Documents;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace BudgetedMcpServer;

/// <summary>Prompts cost what they bring along.</summary>
public sealed class DocumentPrompts(DocumentFolder documents)
{
    [McpServerPrompt(Name = "review")]
    [Description("Asks for a review of one document, which comes along.")]
    [AgentScope("docs.read"), Cost(1)]
    public async Task<string> ReviewAsync([Description("The path, as search returned it")] string path, CancellationToken cancellationToken)
    {
        var text = await documents.ReadAsync(path, cancellationToken) ?? throw new McpException($"There is no document {path}.");
        return $"Review this document. Name what is wrong, unclear or missing, worst first.\n\n{text}";
    }
}
