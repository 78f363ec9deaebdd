using Spectre.Console.Rendering;

namespace AgentKey.Cli.Output;

/// <summary>Lines for another program: on a terminal too they are printed as they are, where a text would be broken at its width.</summary>
internal sealed class Verbatim : Renderable
{
    private readonly string _text;

    private Verbatim(string text) => _text = text;

    public static Verbatim Of(IEnumerable<string> lines) => new(string.Join('\n', lines));

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => [new Segment(_text)];
}
