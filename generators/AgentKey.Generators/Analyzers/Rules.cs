using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>Every rule of the compiler. A message names its subject, the fact, and what to do; an id is never used again.</summary>
/// <remarks>AK0019 and AK0020 are reserved.</remarks>
internal static class Rules
{
    private const string Category = "AgentKey";

    public static readonly DiagnosticDescriptor MalformedScope = new(
        "AK0001", "Scope is malformed", "Scope '{0}' {1}; write dotted lower-case segments such as proxy.chat",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0001"));

    public static readonly DiagnosticDescriptor PriceWithoutScope = new(
        "AK0002", "Price without a scope", "'{0}' has a price but no scope, so nobody is ever charged; add [AgentScope]",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0002"));

    public static readonly DiagnosticDescriptor ImpossiblePrice = new(
        "AK0003", "Price cannot be charged", "The price of '{0}' {1}; write cents of at least 0 with at most 6 decimals",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0003"));

    public static readonly DiagnosticDescriptor UnreachableTool = new(
        "AK0004", "Tagged method cannot be reached", "'{0}' is {1}, which its guarded twin cannot call; make it a public or internal method",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0004"));

    public static readonly DiagnosticDescriptor UnsendableValue = new(
        "AK0005", "Tool takes or returns what no agent can send", "{0} is {1}, which cannot cross to an agent; use a plain value",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0005"));

    public static readonly DiagnosticDescriptor GenericTool = new(
        "AK0006", "Tool is generic", "'{0}' is generic, and no agent can name a type argument; write one tool for each type",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0006"));

    public static readonly DiagnosticDescriptor UntaggedTool = new(
        "AK0007", "Tool without a scope", "'{0}' is offered to agents by [{1}] without a scope and a price; add [AgentScope] and [Cost], or [AgentPublic] when it is meant to be free",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0007"));

    public static readonly DiagnosticDescriptor RawRegistration = new(
        "AK0008", "Raw tools are registered", "'{0}' registers '{1}' past its guard; {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0008"));

    public static readonly DiagnosticDescriptor DirectCall = new(
        "AK0009", "Tagged method is called directly", "'{0}' is called directly, which charges nobody; call the guarded twin when the call is an agent's",
        Category, DiagnosticSeverity.Hidden, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0009"));

    public static readonly DiagnosticDescriptor UnknownUnit = new(
        "AK0010", "Price depends on what is no number of the call", "The price of '{0}' is per '{1}', which {2}; name an integer parameter with nameof",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0010"));

    public static readonly DiagnosticDescriptor UncataloguedScope = new(
        "AK0011", "Scope is not in the catalogue", "Scope '{0}' of '{1}' is not in the catalogue; {2}",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0011"));

    public static readonly DiagnosticDescriptor LostDocumentation = new(
        "AK0012", "Documentation does not reach the model", "The documentation of '{0}' does not reach the model; say it in [Description] too",
        Category, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0012"));

    public static readonly DiagnosticDescriptor NoCancellation = new(
        "AK0013", "Charged tool cannot be cancelled", "'{0}' is charged and asynchronous, but takes no CancellationToken; add one, so that its work ends when its caller leaves",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0013"));

    public static readonly DiagnosticDescriptor StreamOverMcp = new(
        "AK0014", "MCP tool returns a stream", "'{0}' returns a stream, which MCP cannot send; return a list",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0014"));

    public static readonly DiagnosticDescriptor DuplicateName = new(
        "AK0015", "Two tools have one name", "'{0}' and another tool of '{1}' are both named '{2}', so agents reach only one of them; set a name",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0015"));

    public static readonly DiagnosticDescriptor AsyncVoid = new(
        "AK0016", "Tool is async void", "'{0}' is async void, so nobody learns when or how it ends and its charge cannot be settled; return Task",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0016"));

    public static readonly DiagnosticDescriptor FreeTool = new(
        "AK0017", "Tool is free", "'{0}' needs a key with its scope but charges nothing; add a price when it is meant to cost",
        Category, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0017"));

    public static readonly DiagnosticDescriptor NoTwin = new(
        "AK0018", "Tagged method gets no guarded twin", "'{0}' {1}, so it gets no guarded twin; {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0018"));

    public static readonly DiagnosticDescriptor HandWrittenGuard = new(
        "AK0021", "Guard is claimed by hand", "'{0}' claims with [AgentGuarded] to charge by itself, which only generated code does; remove it",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0021"));

    public static readonly DiagnosticDescriptor FreeAndGuarded = new(
        "AK0022", "Tool is both public and guarded", "'{0}' is public to everybody and has a {1}; remove [AgentPublic] or the {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0022"));

    public static readonly DiagnosticDescriptor UnusableRule = new(
        "AK0023", "Price rule does not fit the tool", "The price rule '{0}' does not fit '{1}'; write one static method Price that takes parameters of the tool by name and returns Cost, and Settle, if any, likewise",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0023"));

    public static readonly DiagnosticDescriptor ToolChanged = new(
        "AK0024", "Tool differs from the accepted manifest", "'{0}' {1}; take it back, or accept it with this rule's fix or with agentkey tools export",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0024"));

    public static readonly DiagnosticDescriptor ControllerByName = new(
        "AK0025", "Tools are a controller by name", "'{0}' is a controller to MVC because of its name, so its tools may be called past their guard; mark it [NonController], name it otherwise, or reference AgentKey.AspNetCore, which charges for actions",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For("AK0025"));
}
