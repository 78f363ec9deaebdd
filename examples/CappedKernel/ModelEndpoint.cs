using AgentKey.ModelServer;
using Microsoft.SemanticKernel;

namespace CappedKernel;

/// <summary>The model: the one that the usual environment variables name, or a scripted one on a local port. The connector is the same.</summary>
internal sealed class ModelEndpoint : IAsyncDisposable
{
    private const string DefaultModel = "gpt-4o-mini";

    private readonly ScriptedModelServer? _server;
    private readonly Uri _address;
    private readonly string _model;
    private readonly string? _apiKey;

    private ModelEndpoint(ScriptedModelServer? server, Uri address, string model, string? apiKey)
    {
        _server = server;
        _address = address;
        _model = model;
        _apiKey = apiKey;
    }

    /// <summary>Whether the model plays a part that is known beforehand.</summary>
    public bool IsScripted => _server is not null;

    /// <summary>What answers, for people.</summary>
    public string Description => IsScripted ? "a scripted model on this machine" : $"{_model} at {_address.Host}";

    public static async Task<ModelEndpoint> OpenAsync()
    {
        var apiKey = Environment.GetEnvironmentVariable("OPENAI_API_KEY");
        var address = Environment.GetEnvironmentVariable("OPENAI_BASE_URL");
        if (string.IsNullOrEmpty(apiKey) && string.IsNullOrEmpty(address))
        {
            var server = await ScriptedModelServer.StartAsync(Script.Answer);
            return new ModelEndpoint(server, server.Endpoint, "scripted", apiKey: null);
        }

        var model = Environment.GetEnvironmentVariable("OPENAI_MODEL");
        return new ModelEndpoint(
            server: null,
            new Uri(string.IsNullOrEmpty(address) ? "https://api.openai.com/v1" : address),
            string.IsNullOrEmpty(model) ? DefaultModel : model,
            apiKey);
    }

    public void AddTo(IKernelBuilder builder) => builder.AddOpenAIChatClient(_model, _address, _apiKey ?? "none");

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
