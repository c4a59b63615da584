using System.Text;
using System.Text.Json;
using Amp.Ctl.Terminal;

namespace Amp.Ctl.Watching;

/// <summary>A job's progress for programs: a line of JSON whenever something has changed.</summary>
internal sealed class JobLines(Stream output)
{
    private string? _last;

    public void Show(JsonElement progress)
    {
        var line = Screen.ToText(progress.WriteTo, indented: false);
        if (line == _last)
            return;
        _last = line;
        output.Write(Encoding.UTF8.GetBytes(line + "\n"));
        output.Flush();
    }
}
