using System.Threading.Tasks;
using AgentKey.Agents;
using Microsoft.SemanticKernel;

namespace AgentKey.SampleTools;

public static class Nested
{
    internal sealed record Tools(string Name)
    {
        [KernelFunction, AgentScope("nested.name"), Cost(1)]
        public Task<string> NameAsync() => Task.FromResult(Name);
    }
}
