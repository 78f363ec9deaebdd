using System.Xml;
using System.Xml.Linq;
using AgentKey.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentKey.Generators.Parsing;

/// <summary>
/// What the MCP SDK's own generator makes of a partial tool's documentation. Generators do not see each other's output,
/// so the twin would lack the descriptions that the tool gets.
/// </summary>
internal sealed class XmlDescriptions
{
    private const ToolUses Mcp = ToolUses.McpTool | ToolUses.McpPrompt | ToolUses.McpResource;

    private static readonly XmlDescriptions None = new(null);

    private readonly XElement? _documentation;

    private XmlDescriptions(XElement? documentation) => _documentation = documentation;

    public static XmlDescriptions Of(IMethodSymbol method, ToolUses uses) => (uses & Mcp) != 0 && IsPartial(method) ? Read(method) : None;

    public IEnumerable<string> OfMethod(IEnumerable<AttributeData> existing)
    {
        var parts = new[] { Text("summary"), Text("remarks") }.Where(part => part.Length > 0);
        return Attribute("", string.Join("\n", parts), existing);
    }

    public IEnumerable<string> OfReturn(IEnumerable<AttributeData> existing) => Attribute("return: ", Text("returns"), existing);

    public IEnumerable<string> OfParameter(string name, IEnumerable<AttributeData> existing)
    {
        var text = _documentation?.Elements("param").LastOrDefault(element => element.Attribute("name")?.Value == name);
        return Attribute("", Clean(text), existing);
    }

    private static IEnumerable<string> Attribute(string target, string text, IEnumerable<AttributeData> existing) =>
        text.Length == 0 || existing.Any(attribute => TypeNames.Is(attribute.AttributeClass, WellKnownNames.DescriptionAttribute))
            ? []
            : [$"[{target}global::{WellKnownNames.DescriptionAttribute}({SymbolDisplay.FormatLiteral(text, quote: true)})]"];

    private static bool IsPartial(IMethodSymbol method) => method.DeclaringSyntaxReferences.Any(reference =>
        reference.GetSyntax() is Microsoft.CodeAnalysis.CSharp.Syntax.MethodDeclarationSyntax declaration
        && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static XmlDescriptions Read(IMethodSymbol method)
    {
        var text = method.GetDocumentationCommentXml();
        if (string.IsNullOrWhiteSpace(text))
        {
            return None;
        }

        try
        {
            return new XmlDescriptions(XDocument.Parse(text).Element("member"));
        }
        catch (XmlException)
        {
            // The compiler complains about malformed documentation itself; the SDK's generator skips it, too.
            return None;
        }
    }

    private string Text(string element) => Clean(_documentation?.Element(element));

    private static string Clean(XElement? element) => element is null
        ? ""
        : string.Join(" ", element.Value.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
}
