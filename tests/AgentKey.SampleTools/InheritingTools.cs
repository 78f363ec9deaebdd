using System.Threading;
using System.Threading.Tasks;
using AgentKey.SampleLibrary;

namespace AgentKey.SampleTools;

public sealed class InheritingTools : LibraryTools<string>
{
    public override Task<string?> LookUpAsync(string name, int most = 5, CancellationToken cancellationToken = default) =>
        Task.FromResult<string?>(name + most);
}
