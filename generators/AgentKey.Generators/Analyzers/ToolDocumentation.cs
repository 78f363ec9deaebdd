using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>What the XML documentation of a tool says, as plain text.</summary>
internal sealed class ToolDocumentation
{
    private readonly XElement _member;

    private ToolDocumentation(XElement member) => _member = member;

    public string? Summary => Text(_member.Element("summary"));

    /// <summary>Null for a tool without documentation, or with a broken one.</summary>
    public static ToolDocumentation? Of(IMethodSymbol method, CancellationToken cancellationToken)
    {
        var xml = method.GetDocumentationCommentXml(cancellationToken: cancellationToken);
        if (string.IsNullOrEmpty(xml))
        {
            return null;
        }

        try
        {
            return new ToolDocumentation(XElement.Parse(xml));
        }
        catch (XmlException)
        {
            // The compiler itself warns about it (CS1570).
            return null;
        }
    }

    public string? Parameter(string name) =>
        Text(_member.Elements("param").FirstOrDefault(parameter => parameter.Attribute("name")?.Value == name));

    private static string? Text(XElement? element)
    {
        if (element is null)
        {
            return null;
        }

        var words = string.Concat(element.Nodes().Select(Plain)).Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? null : string.Join(" ", words);
    }

    /// <summary>A reference is its last name: <c>T:Demo.Reply</c> is read as Reply.</summary>
    private static string Plain(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { IsEmpty: true } element => (element.Attribute("cref") ?? element.Attribute("name") ?? element.Attribute("langword"))?.Value.Split('.', ':').Last() ?? "",
        XElement element => string.Concat(element.Nodes().Select(Plain)),
        _ => "",
    };
}
