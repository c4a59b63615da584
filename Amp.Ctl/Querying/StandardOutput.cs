using Microsoft.Win32.SafeHandles;

namespace Amp.Ctl.Querying;

/// <summary>The standard output, whose reader may have read enough.</summary>
internal static class StandardOutput
{
    private const int BrokenPipe = 32;

    /// <summary>Ends quietly when what reads it goes away, as <c>head</c> does.</summary>
    public static async Task WriteAsync(Func<Stream, Task> write)
    {
        await using var stream = Open();
        try
        {
            await write(stream);
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            // Nobody wants more.
        }
    }

    private static Stream Open()
    {
        // The console's own stream takes a reader that went away for one that reads on, and a query would run to its end for nobody. Into a
        // file, on the other hand, a FileStream writes at places of its own reckoning, over what others write through the same handle.
        var raw = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        if (!raw.CanSeek)
            return raw;
        raw.Dispose();
        return Console.OpenStandardOutput();
    }
}
