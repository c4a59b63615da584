namespace Amp.Server.JsonLines;

/// <summary>
/// Leaves a request whose answer had begun and cannot be finished. The web server sends what was written, the error line last, and closes the
/// connection without a clean end; an abort of the connection would throw the error line away.
/// </summary>
public sealed class BrokenAnswerException(string message, Exception cause) : Exception(message, cause);
