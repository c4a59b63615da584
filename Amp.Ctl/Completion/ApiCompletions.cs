using System.CommandLine.Completions;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;
using Amp.Ctl.Api;
using Amp.Ctl.Commands;

namespace Amp.Ctl.Completion;

/// <summary>What may follow, from a list of the Admin API.</summary>
internal static partial class ApiCompletions
{
    private const int Most = 200;

    /// <summary>Somebody waits at a key.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A completion that finds nothing, for whatever reason, says nothing: the shell's line is not the place.")]
    [SuppressMessage("Usage", "VSTHRD002:Avoid problematic synchronous waits", Justification = "Completions are asked for synchronously, in a process that does nothing else.")]
    public static IEnumerable<CompletionItem> Of(CompletionContext context, Listing listing, Func<JsonElement, IEnumerable<string>> names)
    {
        try
        {
            using var client = GlobalOptions.Client(context.ParseResult);
            using var patience = new CancellationTokenSource(_patience);
            var listed = listing.ReadAsync(client, Most, patience.Token).GetAwaiter().GetResult();
            return [.. listed.Items.SelectMany(names).Where(name => Harmless().IsMatch(name)).Select(name => new CompletionItem(name))];
        }
        catch (Exception)
        {
            return [];
        }
    }

    /// <summary>Shells expand the words that they are offered: nothing of theirs may be in them, whoever answers at the address.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9_./@+-]+\z")]
    private static partial Regex Harmless();
}
