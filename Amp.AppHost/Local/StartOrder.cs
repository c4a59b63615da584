namespace Amp.AppHost.Local;

/// <summary>Who starts before whom, from the waits of the picture.</summary>
internal static class StartOrder
{
    /// <summary>The resources in waves: each waits for members of earlier waves alone. A database starts with its server.</summary>
    /// <exception cref="DistributedApplicationException">Some wait for each other, or for a resource that is not in the picture.</exception>
    public static IReadOnlyList<IReadOnlyList<Resource>> Of(IEnumerable<Resource> resources)
    {
        var waiting = resources.ToList();
        var unknown = waiting.SelectMany(r => r.Waits.Select(w => (r, Target: Target(w)))).FirstOrDefault(w => !waiting.Contains(w.Target));
        if (unknown.r is not null)
            throw new DistributedApplicationException($"'{unknown.r.Name}' waits for '{unknown.Target.Name}', which is not in the picture");

        List<IReadOnlyList<Resource>> waves = [];
        HashSet<Resource> started = [];
        while (waiting.Count > 0)
        {
            var wave = waiting.FindAll(r => r.Waits.TrueForAll(w => started.Contains(Target(w))));
            if (wave.Count == 0)
                throw new DistributedApplicationException($"these wait for each other: {string.Join(", ", waiting.Select(r => r.Name))}");
            waves.Add(wave);
            started.UnionWith(wave);
            waiting.RemoveAll(started.Contains);
        }

        return waves;
    }

    /// <summary>The resource that must run for the wait to end.</summary>
    public static Resource Target(WaitDeclaration wait) => wait.On is PostgresDatabaseResource database ? database.Parent : (Resource)wait.On;
}
