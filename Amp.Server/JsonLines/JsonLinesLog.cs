namespace Amp.Server.JsonLines;

/// <summary>Log messages of the JSON Lines wire.</summary>
internal static partial class JsonLinesLog
{
    [LoggerMessage(5100, LogLevel.Debug, "The client went away before its answer was complete")]
    public static partial void ClientGone(ILogger log);

    [LoggerMessage(5101, LogLevel.Warning, "A query failed after its first rows were sent; the client was told in the last line")]
    public static partial void Broken(ILogger log, Exception fault);

    [LoggerMessage(5102, LogLevel.Error, "A query failed inside the server")]
    public static partial void Failed(ILogger log, Exception fault);

    [LoggerMessage(5103, LogLevel.Information, "A query is answered with {Code}: {Message}")]
    public static partial void Refused(ILogger log, string code, string message);
}
