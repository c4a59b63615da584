namespace Amp.AppHost.Local;

/// <summary>The containers of the picture, which a machine without them does without.</summary>
internal static class LeftOut
{
    /// <summary>The resources that are run; variables that refer to one left out are not set, and nobody waits for it.</summary>
    public static IReadOnlyList<Resource> Choose(IEnumerable<Resource> resources, bool withContainers, string hint, Action<string> say)
    {
        var all = resources.ToList();
        var without = withContainers ? [] : all.FindAll(r => r is ContainerResource and not PostgresServerResource);
        if (without.Count == 0)
            return all;
        var chosen = all.Except(without).ToList();
        foreach (var resource in chosen)
        {
            resource.Environment.RemoveAll(v => RefersTo(v.Value, without));
            resource.Waits.RemoveAll(w => without.Contains(StartOrder.Target(w)));
        }

        say($"left out: {string.Join(" and ", without.Select(c => c.Name))} ({hint}); a folder, or the bucket that AMP_CONFIG_DATA_DIR names, holds the lake instead, the files in logs/ what is measured and logged");
        return chosen;
    }

    private static bool RefersTo(object value, List<Resource> without) => value switch
    {
        EndpointReference endpoint => without.Contains((Resource)endpoint.Resource),
        EndpointReferenceExpression property => RefersTo(property.Endpoint, without),
        ReferenceExpression expression => expression.Parts.Any(part => RefersTo(part, without)),
        _ => false,
    };
}
