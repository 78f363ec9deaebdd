using System.ComponentModel;
using AgentKey.Agents;
using BudgetedMcpServer.Documents;
using ModelContextProtocol.Server;

namespace BudgetedMcpServer;

/// <summary>What clients attach to a conversation.</summary>
public sealed class DocumentResources(DocumentFolder documents)
{
    [McpServerResource(UriTemplate = "docs://index", Name = "index", MimeType = "text/plain")]
    [Description("The paths of all documents.")]
    [AgentScope("docs.search"), Cost(0.1)]
    public string Index() => string.Join('\n', documents.Paths);
}
