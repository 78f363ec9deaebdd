using System.Threading;
using System.Threading.Tasks;
using AgentKey.Agents;
using ModelContextProtocol.Server;

namespace Library;

public sealed class LibraryTools
{
    [McpServerTool, AgentScope("library.lend"), Cost(2)]
    public Task<string> LendAsync(string title, CancellationToken token) => Task.FromResult("lent " + title);
}
