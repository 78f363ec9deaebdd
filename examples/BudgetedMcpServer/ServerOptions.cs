using System.Globalization;
using BudgetedMcpServer.Documents;

namespace BudgetedMcpServer;

/// <summary>What the command line asks for.</summary>
internal sealed record ServerOptions
{
    private const string Usage =
        "usage: BudgetedMcpServer [--urls http://127.0.0.1:PORT | --stdio] [--store sqlite:PATH|postgres:CONNECTION-STRING] [--store-timeout SECONDS] [--docs FOLDER]";

    public string Urls { get; private init; } = "http://127.0.0.1:5100";

    public bool IsStdio { get; private init; }

    public string Store { get; private init; } = Environment.GetEnvironmentVariable(StoreAddress.EnvironmentVariable) ?? StoreAddress.Default;

    public TimeSpan StoreTimeout { get; private init; } = TimeSpan.FromSeconds(5);

    public string Documents { get; private init; } = DocumentFolder.FindDefault();

    public static ServerOptions Parse(string[] args)
    {
        var options = new ServerOptions();
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--stdio" => options with { IsStdio = true },
                "--urls" => options with { Urls = Url(Value(args, ++i)) },
                "--store" => options with { Store = Value(args, ++i) },
                "--store-timeout" => options with { StoreTimeout = Seconds(Value(args, ++i)) },
                "--docs" => options with { Documents = Value(args, ++i) },
                var other => throw new ArgumentException($"{other} is not an option; {Usage}"),
            };
        }

        return options;
    }

    private static string Url(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp
        ? url.GetLeftPart(UriPartial.Authority)
        : throw new ArgumentException($"--urls: {text} is not an address like http://127.0.0.1:5100");

    private static TimeSpan Seconds(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
        ? TimeSpan.FromSeconds(seconds)
        : throw new ArgumentException($"--store-timeout: {text} is not a whole number of seconds, at least 1");

    private static string Value(string[] args, int index) =>
        index < args.Length ? args[index] : throw new ArgumentException($"{args[index - 1]} needs a value; {Usage}");
}
