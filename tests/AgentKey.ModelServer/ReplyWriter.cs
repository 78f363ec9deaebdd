using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AgentKey.ModelServer;

/// <summary>Sends one answer, with the faults that its script asks for.</summary>
internal static class ReplyWriter
{
    public static async Task WriteAsync(HttpContext http, ModelRequest request, ModelReply reply)
    {
        await reply.After.WaitAsync(http.RequestAborted);
        if (reply.Status != StatusCodes.Status200OK)
        {
            await WriteErrorAsync(http, reply);
        }
        else if (await HasBrokenOffAsync(http, reply, sent: 0))
        {
            return;
        }
        else if (request.IsStreaming)
        {
            await WriteChunksAsync(http, reply, new ChatCompletion(request, reply));
        }
        else
        {
            await http.Response.WriteAsJsonAsync(new ChatCompletion(request, reply).Whole(), http.RequestAborted);
        }
    }

    public static Task WriteErrorAsync(HttpContext http, ModelReply reply)
    {
        http.Response.StatusCode = reply.Status;
        var error = new JsonObject { ["message"] = reply.Text, ["type"] = "scripted", ["code"] = reply.ErrorCode };
        return http.Response.WriteAsJsonAsync(new JsonObject { ["error"] = error }, http.RequestAborted);
    }

    private static async Task WriteChunksAsync(HttpContext http, ModelReply reply, ChatCompletion completion)
    {
        http.Response.ContentType = "text/event-stream";
        if (reply.CutAfterChunks is not null)
        {
            // Less than promised ends the connection after what was sent; an abort would take that away from the client.
            http.Response.ContentLength = int.MaxValue;
        }

        var sent = 0;
        foreach (var chunk in completion.Chunks())
        {
            await Task.Delay(reply.ChunkDelay, http.RequestAborted);
            await SendAsync(http, chunk.ToJsonString());
            if (await HasBrokenOffAsync(http, reply, ++sent))
            {
                return;
            }
        }

        await SendAsync(http, "[DONE]");
    }

    private static async Task SendAsync(HttpContext http, string data)
    {
        await http.Response.WriteAsync($"data: {data}\n\n", http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private static async Task<bool> HasBrokenOffAsync(HttpContext http, ModelReply reply, int sent)
    {
        if (reply.HangAfterChunks == sent)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
        }

        if (reply.CutAfterChunks == 0)
        {
            http.Abort();
        }

        return reply.CutAfterChunks == sent;
    }
}
