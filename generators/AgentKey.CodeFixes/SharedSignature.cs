using AgentKey.Generators;
using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FindSymbols;

namespace AgentKey.CodeFixes;

/// <summary>What a method's signature has to agree with elsewhere: changed alone, the code would no longer compile.</summary>
internal static class SharedSignature
{
    /// <summary>Whether another declaration, in whatever file, says the same.</summary>
    public static async Task<bool> IsSharedAsync(IMethodSymbol method, Solution solution, CancellationToken cancellationToken) =>
        method.IsOverride
        || method.PartialDefinitionPart is not null
        || method.PartialImplementationPart is not null
        || !method.ExplicitInterfaceImplementations.IsEmpty
        || (await SymbolFinder.FindImplementedInterfaceMembersAsync(method, solution, cancellationToken: cancellationToken).ConfigureAwait(false)).Any()
        || (await SymbolFinder.FindOverridesAsync(method, solution, cancellationToken: cancellationToken).ConfigureAwait(false)).Any()
        || (await SymbolFinder.FindImplementationsAsync(method, solution, cancellationToken: cancellationToken).ConfigureAwait(false)).Any();

    /// <summary>Whether an overload, be it inherited, takes the same and a token.</summary>
    public static bool HasOverloadWithToken(IMethodSymbol method)
    {
        var types = method.Parameters.Select(parameter => TypeNames.Plain(parameter.Type)).Append($"global::{WellKnownNames.CancellationToken}").ToList();
        for (var type = method.ContainingType; type is not null; type = type.BaseType)
        {
            if (type.GetMembers(method.Name).OfType<IMethodSymbol>().Any(other => other.Parameters.Select(parameter => TypeNames.Plain(parameter.Type)).SequenceEqual(types)))
            {
                return true;
            }
        }

        return false;
    }
}
