using System.CommandLine;
using Amp.Shared.Faults;

namespace Amp.Ctl.Querying;

/// <summary><c>--output FILE</c>: the file has its name only when it is whole.</summary>
internal static class OutputFile
{
    public static Option<string?> Option() => new("--output") { HelpName = "FILE", Description = "Writes into this file, in the place of one that may be there, once it is whole." };

    /// <param name="path">The file.</param>
    /// <param name="write">Writes a file of another name beside it.</param>
    public static async Task WriteAsync(string path, Func<string, Task> write)
    {
        var aside = $"{path}.{Environment.ProcessId}.part";
        try
        {
            await write(aside);
            File.Move(aside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmpException(ErrorCode.InvalidRequest, $"--output '{path}' cannot be written", e);
        }
        finally
        {
            if (File.Exists(aside))
                File.Delete(aside);
        }
    }
}
