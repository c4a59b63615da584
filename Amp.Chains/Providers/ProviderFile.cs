using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Options;
using Tomlyn;
using Tomlyn.Model;

namespace Amp.Chains.Providers;

/// <summary>A provider file as it stands on disk: its variables are not replaced.</summary>
public sealed partial class ProviderFile
{
    /// <summary>What <see cref="ToShown"/> puts in the place of a secret.</summary>
    public const string Hidden = "***";

    private static readonly string[] _ofRequests = ["Connection", "Content-Length", "Content-Type", "Host", "Transfer-Encoding", "Upgrade"];

    private readonly TomlTable _values;

    private ProviderFile(string name, TomlTable values)
    {
        Name = name;
        _values = values;
    }

    public string Name { get; }

    public string? Kind => Raw(ProviderKeys.Kind);

    public string? Network => Raw(ProviderKeys.Network);

    public static bool IsName(string name) => DatasetNames.IsName(name);

    /// <summary>Reads and validates the text of a file, as far as that is possible without the variables.</summary>
    public static ProviderFile Parse(string name, string toml)
    {
        if (!IsName(name))
            throw new AmpException(ErrorCode.InvalidName, $"'{name}' is no name of a provider: lower-case letters, digits and _ are allowed, and no digit first");
        try
        {
            var file = new ProviderFile(name, TomlSerializer.Deserialize<TomlTable>(toml) ?? []);
            file.CheckKeys();
            return file;
        }
        catch (TomlException)
        {
            // The parser's message would quote the line, which may be the one with the secret.
            throw new AmpException(ErrorCode.InvalidProvider, $"provider '{name}' is not TOML");
        }
    }

    /// <summary>A provider as clients give it: its name, and the keys of its file.</summary>
    public static ProviderFile Read(JsonNodeAt root)
    {
        var name = root.Required("name");
        if (!IsName(name.String()))
            throw name.Fault($"'{name.String()}' is no name of a provider: lower-case letters, digits and _ are allowed, and no digit first");
        var values = new TomlTable();
        foreach (var (key, value) in root.Members().Where(m => m.Name != "name" && m.Node.Value.ValueKind != JsonValueKind.Null))
            values[key] = ValueOf(value);
        var file = new ProviderFile(name.String(), values);
        file.CheckKeys();
        return file.Kind == RawManifest.EvmRpc ? file : throw file.Wrong(ProviderKeys.Kind, $"is '{file.Kind}': {RawManifest.EvmRpc} is needed");
    }

    /// <summary>What <see cref="Read"/> reads, secrets too.</summary>
    public JsonObject ToJson() => new(_values.Select(v => KeyValuePair.Create(v.Key, JsonSerializer.SerializeToNode(v.Value)))) { ["name"] = Name };

    /// <summary>Whether it says the same, in whatever order.</summary>
    public bool Says(ProviderFile other) => _values.Count == other._values.Count && _values.All(v => other._values.TryGetValue(v.Key, out var value) && v.Value.Equals(value));

    /// <summary>The text of its file.</summary>
    public string ToToml() => TomlSerializer.Serialize(_values);

    /// <summary>The settings to work with: variables replaced, every value checked.</summary>
    public ProviderSettings ToSettings(Func<string, string?> environment)
    {
        var url = Url(Text(ProviderKeys.Url, environment) ?? throw Wrong(ProviderKeys.Url, "is missing"));
        var header = Text(ProviderKeys.AuthHeader, environment);
        var token = Text(ProviderKeys.AuthToken, environment);
        CheckSecret(header, token);
        return new ProviderSettings(
            Name,
            Text(ProviderKeys.Kind, environment) ?? throw Wrong(ProviderKeys.Kind, "is missing"),
            Text(ProviderKeys.Network, environment) ?? throw Wrong(ProviderKeys.Network, "is missing"),
            url,
            header,
            token,
            Count(ProviderKeys.RateLimitPerMinute, least: 1),
            Count(ProviderKeys.ConcurrentRequestLimit, least: 1),
            Count(ProviderKeys.RpcBatchSize, least: 0) ?? 0,
            Flag(ProviderKeys.FetchReceiptsPerTx),
            TimeSpan.FromSeconds(Count(ProviderKeys.TimeoutSecs, least: 1) ?? 30));
    }

    /// <summary>The values as they may be shown: a secret is hidden unless it is a variable.</summary>
    public IReadOnlyDictionary<string, object> ToShown()
    {
        var shown = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var (key, value) in _values)
        {
            shown[key] = (key, value) switch
            {
                (ProviderKeys.AuthToken, string text) => VariablesOnly().IsMatch(text) ? text : Hidden,
                (ProviderKeys.AuthHeader, string text) => HeaderPattern().IsMatch(text) || VariablesOnly().IsMatch(text) ? text : Hidden,
                (ProviderKeys.Url, string text) => ShownUrl.Of(text),
                _ => value,
            };
        }

        return shown;
    }

    private static object ValueOf(JsonNodeAt value) => value.Value.ValueKind switch
    {
        // What a GET shows is not what is to be stored.
        JsonValueKind.String when value.String().Contains(Hidden, StringComparison.Ordinal) =>
            throw value.Fault($"'{Hidden}' is shown in the place of a secret: give the secret itself, or ${{VARIABLE}}, which is replaced in the process that uses it"),
        JsonValueKind.String => value.String(),
        JsonValueKind.True or JsonValueKind.False => value.Bool(),
        JsonValueKind.Number when value.Value.TryGetInt64(out var number) => number,
        _ => throw value.Fault("text, a whole number, true or false is needed"),
    };

    private void CheckKeys()
    {
        foreach (var key in _values.Keys)
        {
            if (!ProviderKeys.All.Contains(key))
                throw new AmpException(ErrorCode.InvalidProvider, $"provider '{Name}': unknown key '{key}': the nearest known one is '{NearestName.Of(key, ProviderKeys.All)}'");
        }

        foreach (var key in (string[])[ProviderKeys.Kind, ProviderKeys.Network, ProviderKeys.Url])
        {
            if (Raw(key) is null)
                throw Wrong(key, "is missing");
        }

        foreach (var key in (string[])[ProviderKeys.AuthHeader, ProviderKeys.AuthToken])
            _ = Raw(key);

        CheckSecret(Literal(ProviderKeys.AuthHeader), Literal(ProviderKeys.AuthToken));
        if (Raw(ProviderKeys.AuthHeader) is not null && Raw(ProviderKeys.AuthToken) is null)
            throw Wrong(ProviderKeys.AuthHeader, "names a header, but there is no auth_token to send in it");
        if (Literal(ProviderKeys.Network) is { } network && !DatasetNames.IsNetwork(network))
            throw Wrong(ProviderKeys.Network, $"is no name of a network: {DatasetNames.NetworkPattern} is needed");
        if (Literal(ProviderKeys.Url) is { } url)
            _ = Url(url);
        _ = Count(ProviderKeys.RateLimitPerMinute, least: 1);
        _ = Count(ProviderKeys.ConcurrentRequestLimit, least: 1);
        _ = Count(ProviderKeys.RpcBatchSize, least: 0);
        _ = Count(ProviderKeys.TimeoutSecs, least: 1);
        _ = Flag(ProviderKeys.FetchReceiptsPerTx);
    }

    private void CheckSecret(string? header, string? token)
    {
        // Somebody who takes it for the whole line of the header would put the secret into it, where it is shown.
        if (header is not null && !HeaderPattern().IsMatch(header))
            throw Wrong(ProviderKeys.AuthHeader, "is no name of an HTTP header: the name alone is needed, and the value in auth_token");
        if (header is not null && _ofRequests.Contains(header, StringComparer.OrdinalIgnoreCase))
            throw Wrong(ProviderKeys.AuthHeader, $"is '{header}', which says how a request is sent: no secret can stand in it");
        if (token is not null && !token.All(c => c is >= ' ' and <= '~'))
            throw Wrong(ProviderKeys.AuthToken, "holds characters that no HTTP header can");
    }

    /// <summary>A value that is known without the variables.</summary>
    private string? Literal(string key) => Raw(key) is { } raw && !raw.Contains("${", StringComparison.Ordinal) ? raw : null;

    private Uri Url(string text)
    {
        if (text.StartsWith("ipc:", StringComparison.OrdinalIgnoreCase))
            throw Wrong(ProviderKeys.Url, "has the scheme 'ipc', which this version cannot use yet: give the node's http, https, ws or wss address");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
            throw Wrong(ProviderKeys.Url, "is not an address: http://host:port, https://host, ws://host:port or wss://host is needed (it is not shown, as it may hold a key)");
        return url.Scheme is "http" or "https" or "ws" or "wss" && url.Host.Length > 0
            ? url
            : throw Wrong(ProviderKeys.Url, $"has the scheme '{url.Scheme}': http, https, ws and wss are allowed");
    }

    private string? Text(string key, Func<string, string?> environment) =>
        Raw(key) is { } raw ? ProviderVariables.Replace(raw, environment, variable => Wrong(key, $"needs the environment variable {variable}, which is not set: set it for this process and start it again")) : null;

    private string? Raw(string key) => !_values.TryGetValue(key, out var value) ? null : value as string ?? throw Wrong(key, "must be text in quotes");

    private uint? Count(string key, uint least)
    {
        if (!_values.TryGetValue(key, out var value))
            return null;
        return value is long number && number >= least && number <= int.MaxValue
            ? (uint)number
            : throw Wrong(key, $"is '{value}': a whole number from {least} to {int.MaxValue} is allowed");
    }

    private bool Flag(string key) => _values.TryGetValue(key, out var value) && (value as bool? ?? throw Wrong(key, "must be true or false"));

    private AmpException Wrong(string key, string what) => new(ErrorCode.InvalidProvider, $"provider '{Name}': {key} {what}");


    [GeneratedRegex("^[!#$%&'*+.^_`|~0-9A-Za-z-]+\\z")]
    private static partial Regex HeaderPattern();

    [GeneratedRegex(@"^(\$\{[A-Za-z_][A-Za-z0-9_]*\})+\z")]
    private static partial Regex VariablesOnly();
}
