using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Amp.AppHost;

/// <summary>Remembers how high the simulated chain has grown: it is made anew from its seed at every start, and must not begin below what the lake holds already.</summary>
internal sealed class ChainHeight(AppHostOptions options)
{
    private const ulong First = 2000;

    private static readonly TimeSpan _between = TimeSpan.FromSeconds(2);

    private readonly string _file = Path.Combine(options.StateFolder, "devchain-height");

    public ulong Read() =>
        File.Exists(_file) && ulong.TryParse(File.ReadAllText(_file), CultureInfo.InvariantCulture, out var height) && height > First ? height : First;

    /// <summary>Writes the height down every two seconds: a kill loses no more than two blocks, which are mined again the same.</summary>
    public async Task KeepAsync(HttpClient http, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(_between);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            try
            {
                await WriteAsync(await EthereumNode.HeightAsync(http, new Uri($"http://127.0.0.1:{options.ChainPort}"), stopping), stopping);
            }
            catch (HttpRequestException)
            {
                // The chain is being started again: its height is asked for again soon.
            }
        }
    }

    private async Task WriteAsync(ulong height, CancellationToken stopping)
    {
        var aside = _file + ".new";
        await File.WriteAllTextAsync(aside, height.ToString(CultureInfo.InvariantCulture), stopping);
        File.Move(aside, _file, overwrite: true);
    }
}
