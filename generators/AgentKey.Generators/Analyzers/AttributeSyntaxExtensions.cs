using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AgentKey.Generators.Analyzers;

/// <summary>Finds where in the source an attribute, or one of its arguments, is written.</summary>
internal static class AttributeSyntaxExtensions
{
    /// <summary>The attribute's place; none when it is in another assembly.</summary>
    public static Location Location(this AttributeData attribute, CancellationToken cancellationToken) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken).GetLocation() ?? Microsoft.CodeAnalysis.Location.None;

    /// <summary>The place of the n-th positional argument, or the attribute's when it has none.</summary>
    public static Location ArgumentLocation(this AttributeData attribute, int index, CancellationToken cancellationToken) =>
        Arguments(attribute, cancellationToken).Where(argument => argument.NameEquals is null).ElementAtOrDefault(index)?.Expression.GetLocation()
        ?? attribute.Location(cancellationToken);

    /// <summary>The place of a named argument's value, or the attribute's when it has none.</summary>
    public static Location ArgumentLocation(this AttributeData attribute, string name, CancellationToken cancellationToken) =>
        Arguments(attribute, cancellationToken).FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == name)?.Expression.GetLocation()
        ?? attribute.Location(cancellationToken);

    private static SeparatedSyntaxList<AttributeArgumentSyntax> Arguments(AttributeData attribute, CancellationToken cancellationToken) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken) is AttributeSyntax { ArgumentList: { } list } ? list.Arguments : default;
}
