using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AgentKey.Generators.Parsing;

/// <summary>
/// Compares compilations by all that a tool can be made of: declarations, constants, attributes, documentation and
/// references. Most edits are inside of a body, and then no symbol has to be asked anything.
/// </summary>
internal sealed class DeclarationComparer : IEqualityComparer<Compilation>
{
    public static readonly DeclarationComparer Instance = new();

    public bool Equals(Compilation? x, Compilation? y) => ReferenceEquals(x, y)
        || (x is not null && y is not null
            && x.AssemblyName == y.AssemblyName
            && x.Options.Equals(y.Options)
            && x.References.SequenceEqual(y.References)
            && HaveSameTrees(x.SyntaxTrees.ToList(), y.SyntaxTrees.ToList()));

    public int GetHashCode(Compilation obj) => StringComparer.Ordinal.GetHashCode(obj.AssemblyName ?? "");

    private static bool HaveSameTrees(List<SyntaxTree> before, List<SyntaxTree> after)
    {
        if (before.Count != after.Count)
        {
            return false;
        }

        for (var i = 0; i < before.Count; i++)
        {
            if (!ReferenceEquals(before[i], after[i]) && !DeclareTheSame(before[i], after[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool DeclareTheSame(SyntaxTree before, SyntaxTree after) =>
        before.Options.Equals(after.Options) && DeclareTheSame(before.GetRoot(), after.GetRoot());

    // Not SyntaxFactory.AreEquivalent: that leaves out values of enumerations, some literals, directives and documentation.
    private static bool DeclareTheSame(SyntaxNode before, SyntaxNode after)
    {
        if (before.IsIncrementallyIdenticalTo(after))
        {
            return true;
        }

        if (IsWork(before) && IsWork(after))
        {
            return true;
        }

        var old = before.ChildNodesAndTokens();
        var now = after.ChildNodesAndTokens();
        return before.RawKind == after.RawKind && old.Count == now.Count && old.Zip(now, DeclareTheSame).All(isSame => isSame);
    }

    private static bool DeclareTheSame(SyntaxNodeOrToken before, SyntaxNodeOrToken after)
    {
        if (before.AsNode() is { } node)
        {
            return after.AsNode() is { } other && DeclareTheSame(node, other);
        }

        return before.RawKind == after.RawKind
            && before.AsToken().Text == after.AsToken().Text
            && Structured(before.AsToken()).SequenceEqual(Structured(after.AsToken()), StringComparer.Ordinal);
    }

    /// <summary>What a member does, which no symbol tells. A directive in it may reach further.</summary>
    private static bool IsWork(SyntaxNode node) => !node.ContainsDirectives && node switch
    {
        BlockSyntax or ArrowExpressionClauseSyntax => true,
        EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax } => true,
        EqualsValueClauseSyntax { Parent.Parent.Parent: FieldDeclarationSyntax field } => !field.Modifiers.Any(SyntaxKind.ConstKeyword),
        _ => false,
    };

    /// <summary>Documentation and directives in front of a token.</summary>
    private static IEnumerable<string> Structured(SyntaxToken token) => token.HasStructuredTrivia
        ? token.LeadingTrivia.Where(trivia => trivia.HasStructure).Select(trivia => trivia.ToFullString())
        : [];
}
