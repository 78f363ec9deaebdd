using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using AgentKey.Agents;
using AgentKey.Money;
using Microsoft.SemanticKernel;
using ModelContextProtocol.Server;

[assembly: CLSCompliant(false)]

namespace Strict
{
    /// <summary>Tools of every shape.</summary>
    public sealed class StrictTools
    {
        private readonly string _name = "strict";

        /// <summary>Writes.</summary>
        /// <param name="text">The text.</param>
        /// <param name="maxTokens">How long.</param>
        /// <param name="token">Ends it.</param>
        /// <returns>The text.</returns>
        [McpServerTool(Name = "write"), KernelFunction("write"), Description("Writes."), AgentScope("strict.write"), Cost(1, Per = nameof(maxTokens), PerUnits = 1000)]
        public async Task<string> WriteAsync([Description("The text.")] string text, int maxTokens = 256, CancellationToken token = default)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), token).ConfigureAwait(false);
            return _name + text + maxTokens.ToString(CultureInfo.InvariantCulture);
        }

        /// <summary>Counts.</summary>
        /// <param name="token">Ends it.</param>
        /// <returns>Numbers.</returns>
        [KernelFunction("count"), Description("Counts."), AgentScope("strict.count"), Cost(UpTo = 0.5)]
        public async IAsyncEnumerable<int> CountAsync([EnumeratorCancellation] CancellationToken token = default)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), token).ConfigureAwait(false);
            yield return _name.Length;
        }

        /// <summary>Finds.</summary>
        /// <param name="query">What.</param>
        /// <returns>How much.</returns>
        [McpServerTool(Name = "find"), KernelFunction("find"), Description("Finds."), AgentScope("strict.find"), Cost(typeof(FindPrice))]
        public int Find(string query) => string.Equals(query, _name, StringComparison.Ordinal) ? 1 : 0;

        /// <summary>Helps.</summary>
        /// <returns>Help.</returns>
        [McpServerTool(Name = "help"), Description("Helps."), AgentPublic]
        public string Help() => _name;
    }

    /// <summary>What finding costs.</summary>
    public static class FindPrice
    {
        /// <summary>A cent for each character.</summary>
        /// <param name="query">What is looked for.</param>
        /// <returns>The price.</returns>
        public static Cost Price(string query) => Cost.FromCents(query?.Length ?? 0);
    }
}
