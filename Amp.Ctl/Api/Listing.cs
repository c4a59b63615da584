using System.Text.Json;

namespace Amp.Ctl.Api;

/// <summary>A list of the Admin API, read page by page.</summary>
/// <param name="Path">With its filters.</param>
/// <param name="Items">The member that has the items; null where the answer is the array itself.</param>
/// <param name="Cursor">The parameter that takes <c>next_cursor</c>; where the answer is an array, the id of its last item.</param>
internal sealed record Listing(string Path, string? Items, string Cursor, params (string Name, object? Value)[] Filters)
{
    private const int LargestPage = 1000;

    /// <param name="client">Asks for the pages.</param>
    /// <param name="limit">How many items to read at most.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<Listed> ReadAsync(AdminClient client, int limit, CancellationToken ct)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        while (true)
        {
            var size = Math.Min(limit - items.Count, LargestPage);
            var page = await client.GetAsync(Path.With([.. Filters, ("limit", size), (Cursor, cursor)]), ct);
            JsonElement[] read = [.. (Items is null ? page : page.GetProperty(Items)).EnumerateArray()];
            items.AddRange(read);
            cursor = read.Length == 0 ? null : Items is not null ? page.Text("next_cursor") : read.Length == size ? read[^1].Text("id") : null;
            if (string.IsNullOrEmpty(cursor) || items.Count >= limit)
                return new Listed(page, Items, items, !string.IsNullOrEmpty(cursor));
        }
    }
}

/// <summary>What was read of a list.</summary>
/// <param name="LastPage">The last answer: what it says beside its items is said of all.</param>
/// <param name="Member">The member of the items; null where the answer is an array.</param>
/// <param name="Items">Of all pages.</param>
/// <param name="More">The limit has cut it.</param>
internal sealed record Listed(JsonElement LastPage, string? Member, IReadOnlyList<JsonElement> Items, bool More)
{
    /// <summary>One answer, as if there were no pages.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        if (Member is null)
        {
            WriteItems(json);
            return;
        }

        json.WriteStartObject();
        foreach (var member in LastPage.EnumerateObject())
        {
            if (member.NameEquals(Member))
            {
                json.WritePropertyName(Member);
                WriteItems(json);
            }
            else
            {
                member.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    private void WriteItems(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var item in Items)
            item.WriteTo(json);
        json.WriteEndArray();
    }
}
