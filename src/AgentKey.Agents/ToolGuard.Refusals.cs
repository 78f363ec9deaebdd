using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using Microsoft.Extensions.Logging;

namespace AgentKey.Agents;

/// <content>Refusals, and what an operator reads of them.</content>
public sealed partial class ToolGuard
{
    private ToolDeniedException Deny(ChargeRequest request, DenialCode reason) => Deny(request, new Denial { Reason = reason, Cost = request.Cost });

    private ToolDeniedException Deny(ChargeRequest request, Denial denial)
    {
        LogDenied(request.Tool!, denial.Code, denial.Fault);
        CallerScope.Frame?.Call?.NoteInnerRefusal(denial);
        return new ToolDeniedException(denial);
    }

    /// <summary>A missing table or an unreadable row is no decision either, and what is not decided is refused.</summary>
    private ToolDeniedException Undecided(ChargeRequest request, Exception fault)
    {
        LogUndecided(fault, request.Tool!);
        return new ToolDeniedException(new Denial { Reason = DenialCode.StoreUnavailable, Cost = request.Cost });
    }

    [LoggerMessage(2001, LogLevel.Information, "Tool {Tool} was refused: {Code} ({Fault})")]
    private partial void LogDenied(string tool, string code, KeyFault? fault);

    [LoggerMessage(2002, LogLevel.Error, "Tool {Tool} was refused: the store did not decide")]
    private partial void LogUndecided(Exception exception, string tool);

    [LoggerMessage(2003, LogLevel.Warning, "The refund of {Cost} to key {KeyId} could not be written (operation {OperationId})")]
    private partial void LogRefundFailed(Exception exception, Cost cost, string keyId, string operationId);

    [LoggerMessage(2006, LogLevel.Warning, "{Cost} of key {KeyId} could not be settled yet (operation {OperationId})")]
    private partial void LogSettleFailed(Exception exception, Cost cost, string keyId, string operationId);

    [LoggerMessage(2007, LogLevel.Critical, "{Cost} of key {KeyId} was never settled, and its hold gives the money back (operation {OperationId})")]
    private partial void LogNeverSettled(Cost cost, string keyId, string operationId);

    [LoggerMessage(2008, LogLevel.Error, "{Cost} of key {KeyId} was not spent (operation {OperationId}): {Outcome}")]
    private partial void LogNotSettled(Cost cost, string keyId, string operationId, SettleOutcome outcome);

    [LoggerMessage(2009, LogLevel.Error, "The price rule of {Tool} failed after the work, so all that was held is spent: {Cost}")]
    private partial void LogRuleFailed(Exception exception, string tool, Cost cost);
}
