using System.Net;
using System.Net.Http.Headers;

namespace AgentKey.AspNetCore.Tests;

/// <summary>A request's body that is written while the server already works on it.</summary>
internal sealed class WrittenBody : HttpContent
{
    private readonly Func<Stream, Task> _write;

    public WrittenBody(string mediaType, Func<Stream, Task> write)
    {
        _write = write;
        Headers.ContentType = new MediaTypeHeaderValue(mediaType);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _write(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
