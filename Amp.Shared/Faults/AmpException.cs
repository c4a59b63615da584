using Amp.Shared.Chain;

namespace Amp.Shared.Faults;

/// <summary>The one exception of the house: it carries the code that clients see and answers "may I retry?".</summary>
/// <remarks>The message names the input or setting, its present value and the mend; it is shown to clients, so no secret may enter it.</remarks>
public class AmpException(ErrorCode code, string message, Exception? cause = null) : Exception(message, cause)
{
    public ErrorCode Code { get; } = code;

    /// <summary>Of a fault of one block, the hash under which the node gave it; null where that is not known.</summary>
    public Hash32? BlockHash { get; set; }

    /// <summary>Whether the same act may succeed later without a change of input. Unknown means no.</summary>
    public virtual bool IsRetryable => false;

    /// <summary>This message and those of its causes, one line, as a client or an operator reads it.</summary>
    public static string Describe(Exception exception)
    {
        var texts = new List<string>();
        for (var e = exception; e is not null; e = e.InnerException)
        {
            var text = e.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
            if (texts.Count == 0 || !texts[^1].Contains(text, StringComparison.Ordinal))
                texts.Add(text);
        }

        return string.Join(": ", texts);
    }
}
