using System.Globalization;
using System.Text.Json;
using Amp.Ctl.Api;

namespace Amp.Ctl.Terminal;

/// <summary>A column of a table for people.</summary>
/// <param name="Header">Above it.</param>
/// <param name="Text">What it shows of an item.</param>
internal sealed record Column(string Header, Func<JsonElement, string> Text)
{
    private const int ShownDigits = 12;

    /// <summary>A member of the item under its own name, or another one.</summary>
    public static Column At(string path, string? header = null) => new(header ?? path.Split('.')[^1].Replace('_', ' '), item => item.Text(path));

    /// <summary>A manifest's hash, as much of it as tells it from others.</summary>
    public static Column Hash(string path, string header = "manifest") => new(header, item => item.Text(path) is { Length: > ShownDigits } hash ? hash[..ShownDigits] + "…" : item.Text(path));

    /// <summary>A time to the second, in UTC as it came.</summary>
    public static Column Time(string path) => new(path.Replace('_', ' '), item =>
        DateTimeOffset.TryParse(item.Text(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "");
}
