using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace AgentKey.AspNetCore.Dashboard;

/// <summary>
/// Markup. It can only be made from an interpolated string, whose literal parts are markup and whose values are text,
/// encoded for elements and quoted attributes; a value is markup only when it is <see cref="Html"/> itself.
/// </summary>
internal readonly struct Html
{
    private readonly string? _markup;

    private Html(string markup) => _markup = markup;

    public static Html Of(Writer markup) => new(markup.Text);

    public override string ToString() => _markup ?? "";

    /// <summary>Puts one together.</summary>
    [InterpolatedStringHandler]
    internal sealed class Writer(int literalLength, int formattedCount)
    {
        private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

        private readonly StringBuilder _text = new(literalLength + (formattedCount * 16));

        public string Text => _text.ToString();

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(string? text) => _text.Append(Encoder.Encode(text ?? ""));

        public void AppendFormatted(long number) => _text.Append(CultureInfo.InvariantCulture, $"{number}");

        public void AppendFormatted(Html markup) => _text.Append(markup);

        public void AppendFormatted(IEnumerable<Html> markup) => _text.AppendJoin("", markup);
    }
}
