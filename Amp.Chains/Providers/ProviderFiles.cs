using Amp.Shared.Faults;

namespace Amp.Chains.Providers;

/// <summary>The provider files of a folder. They are read at each use, so that a change is seen without a restart.</summary>
public sealed class ProviderFiles(string providersDir)
{
    private const string Extension = ".toml";

    public string Folder => providersDir;

    /// <summary>The names of all files that can be providers, sorted.</summary>
    public IReadOnlyList<string> Names()
    {
        if (!Directory.Exists(providersDir))
            return [];
        return [.. Directory.EnumerateFiles(providersDir, "*" + Extension)
            .Select(f => Path.GetFileNameWithoutExtension(f))
            .Where(ProviderFile.IsName)
            .Order(StringComparer.Ordinal)];
    }

    public bool Exists(string name) => ProviderFile.IsName(name) && File.Exists(PathOf(name));

    /// <exception cref="AmpException">There is no such file, or it is wrong.</exception>
    public ProviderFile Read(string name)
    {
        if (!Exists(name))
            throw new AmpException(ErrorCode.ProviderNotFound, $"there is no provider '{name}' in {providersDir}");
        try
        {
            return ProviderFile.Parse(name, File.ReadAllText(PathOf(name)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmpException(ErrorCode.InvalidProvider, $"the provider file {PathOf(name)} cannot be read", e);
        }
    }

    /// <summary>The providers of a network, with their variables replaced.</summary>
    /// <exception cref="AmpException">There is none, or one of them is wrong.</exception>
    public IReadOnlyList<ProviderSettings> ForNetwork(string kind, string network)
    {
        var found = new List<ProviderSettings>();
        AmpException? wrong = null;
        foreach (var name in Names())
        {
            try
            {
                var file = Read(name);
                if (file.Kind == kind && file.Network == network)
                    found.Add(file.ToSettings(Environment.GetEnvironmentVariable));
            }
            catch (AmpException e)
            {
                // A wrong file of another network is no business of this one; but when nothing else serves, it is the likely cause.
                wrong ??= e;
            }
        }

        if (found.Count > 0)
            return found;
        throw new AmpException(
            ErrorCode.ProviderNotFound,
            $"no provider in {providersDir} has kind = \"{kind}\" and network = \"{network}\"",
            wrong);
    }

    /// <summary>The networks for which there is a provider of the kind, sorted; wrong files are passed over.</summary>
    public IReadOnlyList<string> Networks(string kind)
    {
        var networks = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in Names())
        {
            try
            {
                if (Read(name) is { Network: { } network } file && file.Kind == kind)
                    networks.Add(network);
            }
            catch (AmpException)
            {
                // Who needs it is told.
            }
        }

        return [.. networks];
    }

    private string PathOf(string name) => Path.Combine(providersDir, name + Extension);
}
