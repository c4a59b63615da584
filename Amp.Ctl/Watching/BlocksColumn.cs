using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Amp.Ctl.Watching;

/// <summary>Beside a bar: blocks, blocks a second, time left.</summary>
internal sealed class BlocksColumn : ProgressColumn
{
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
    {
        var state = task.State.Get<BarState>(BarState.Key);
        return new Text(string.Create(CultureInfo.InvariantCulture, $"{state.Done} of {state.All?.ToString(CultureInfo.InvariantCulture) ?? "?"} blocks, {state.Pace}"));
    }

    protected override bool NoWrap => true;
}
