using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AgentKey.Generators.Parsing;

/// <summary>Tells by syntax alone what may be a tool, so that only few symbols have to be asked.</summary>
internal static class TagSyntax
{
    private const string Suffix = "Attribute";

    private static readonly HashSet<string> Tags = new(
        new[] { WellKnownNames.AgentScopeAttribute, WellKnownNames.AgentPublicAttribute }
            .Select(name => name.Substring(name.LastIndexOf('.') + 1))
            .SelectMany(name => new[] { name, name.Substring(0, name.Length - Suffix.Length) }),
        StringComparer.Ordinal);

    /// <summary>Whether a using directive gives a tag another name, maybe for the whole project.</summary>
    public static bool IsRenamedIn(SyntaxTree tree, CancellationToken cancellationToken)
    {
        var root = (CompilationUnitSyntax)tree.GetRoot(cancellationToken);
        return root.Usings.Any(IsRenaming) || Descendants(root.Members).OfType<BaseNamespaceDeclarationSyntax>().Any(space => space.Usings.Any(IsRenaming));
    }

    /// <summary>Methods that carry a tag, and classes that may inherit one.</summary>
    public static IEnumerable<MemberDeclarationSyntax> CandidatesIn(SyntaxTree tree, bool isRenamed, CancellationToken cancellationToken) =>
        Descendants(((CompilationUnitSyntax)tree.GetRoot(cancellationToken)).Members)
            .Where(member => member is MethodDeclarationSyntax ? MayBeTagged(member, isRenamed) : InheritedTools.IsCandidate(member));

    private static IEnumerable<MemberDeclarationSyntax> Descendants(SyntaxList<MemberDeclarationSyntax> members)
    {
        var open = new Stack<MemberDeclarationSyntax>(members.Reverse());
        while (open.Count > 0)
        {
            var member = open.Pop();
            yield return member;
            var inner = member switch
            {
                BaseNamespaceDeclarationSyntax space => space.Members,
                TypeDeclarationSyntax type => type.Members,
                _ => default,
            };
            foreach (var next in inner.Reverse())
            {
                open.Push(next);
            }
        }
    }

    private static bool MayBeTagged(MemberDeclarationSyntax method, bool isRenamed) =>
        method.AttributeLists.Any(list => isRenamed || list.Attributes.Any(attribute => Tags.Contains(LastName(attribute.Name))));

    private static bool IsRenaming(UsingDirectiveSyntax directive) =>
        directive.Alias is not null && directive.Name is not null && Tags.Contains(LastName(directive.Name));

    private static string LastName(NameSyntax name) => name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax qualified => qualified.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => "",
    };
}
