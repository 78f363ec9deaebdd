using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>
/// The reader that a middleware has put in the place of the body, and that tells how it was read. Positions are passed on
/// as they are, because such a reader may not take any: that of gRPC-Web decodes text in pieces.
/// </summary>
internal sealed class WatchedReader(PipeReader source, WatchedBody body) : PipeReader, IRequestBodyPipeFeature
{
    private ReadOnlySequence<byte> _buffer;

    // What of the buffer has been told already: what is not consumed is read again.
    private long _told;

    PipeReader IRequestBodyPipeFeature.Reader => this;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return Note(await source.ReadAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception fault) when (IsOfClient(fault))
        {
            body.Break();
            throw;
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        var isRead = source.TryRead(out result);
        if (isRead)
        {
            Note(result);
        }

        return isRead;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, () => source.AdvanceTo(consumed));

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) =>
        AdvanceTo(consumed, () => source.AdvanceTo(consumed, examined));

    public override void CancelPendingRead() => source.CancelPendingRead();

    public override void Complete(Exception? exception = null) => source.Complete(exception);

    // Text that is no base64 is found out when it is decoded, or when a part of it is to be passed over.
    private static bool IsOfClient(Exception fault) => fault is IOException or InvalidDataException or InvalidOperationException;

    private void AdvanceTo(SequencePosition consumed, Action advance)
    {
        var left = _buffer.Slice(consumed);
        _told -= _buffer.Length - left.Length;
        _buffer = left;
        try
        {
            advance();
        }
        catch (Exception fault) when (IsOfClient(fault))
        {
            body.Break();
            throw;
        }
    }

    private ReadResult Note(ReadResult result)
    {
        _buffer = result.Buffer;
        if (_buffer.Length > _told)
        {
            foreach (var part in _buffer.Slice(_told))
            {
                body.Take(part.Span);
            }

            _told = _buffer.Length;
        }

        if (result.IsCompleted)
        {
            body.End();
        }

        return result;
    }
}
