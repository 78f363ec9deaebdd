using AgentKey.Generators.Emission;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentKey.CodeFixes;

/// <summary>Names that mean nothing yet in a piece of code.</summary>
internal static class FreeNames
{
    public static UniqueNames In(SyntaxNode code) =>
        new(code.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText));
}
