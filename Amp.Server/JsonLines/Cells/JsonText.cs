using System.Buffers;

namespace Amp.Server.JsonLines.Cells;

/// <summary>UTF-8 text as a JSON string: quotes, backslashes and control characters escaped, the rest as it is.</summary>
internal static unsafe class JsonText
{
    /// <summary>A control character takes six: \u001f.</summary>
    public const int MaxBytesPerByte = 6;

    private static readonly SearchValues<byte> _escaped = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    public static byte* Write(ReadOnlySpan<byte> text, byte* target)
    {
        *target++ = (byte)'"';
        while (true)
        {
            var plain = text.IndexOfAny(_escaped);
            var run = plain < 0 ? text : text[..plain];
            run.CopyTo(new Span<byte>(target, run.Length));
            target += run.Length;
            if (plain < 0)
                break;
            target = Escape(text[plain], target);
            text = text[(plain + 1)..];
        }

        *target++ = (byte)'"';
        return target;
    }

    private static byte* Escape(byte c, byte* target)
    {
        *target++ = (byte)'\\';
        var letter = c switch
        {
            (byte)'"' or (byte)'\\' => c,
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            _ => (byte)'u',
        };
        *target++ = letter;
        if (letter != (byte)'u')
            return target;
        *target++ = (byte)'0';
        *target++ = (byte)'0';
        Hex.Write(&c, 1, target);
        return target + 2;
    }
}
