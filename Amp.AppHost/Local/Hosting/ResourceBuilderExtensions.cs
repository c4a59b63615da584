namespace Aspire.Hosting;

/// <summary>What can be said of most resources.</summary>
public static class ResourceBuilderExtensions
{
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => AddVariable(builder, name, value ?? "");

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithEnvironment => AddVariable(builder, name, value);

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpointReference)
        where T : IResourceWithEnvironment => AddVariable(builder, name, endpointReference);

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => AddVariable(builder, name, parameter.Resource);

    /// <summary>Hands the connection string over as <c>ConnectionStrings__NAME</c>, and its address as <c>NAME_HOST</c> and so on.</summary>
    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResourceWithConnectionString> source)
        where T : IResourceWithEnvironment
    {
        AddVariable(builder, $"ConnectionStrings__{source.Resource.Name}", source.Resource);
        if (source.Resource is not PostgresDatabaseResource database)
            return builder;
        var prefix = database.Name.Replace('-', '_').ToUpperInvariant();
        AddVariable(builder, $"{prefix}_HOST", database.Parent.Endpoint(EndpointProperty.Host));
        AddVariable(builder, $"{prefix}_PORT", database.Parent.Endpoint(EndpointProperty.Port));
        return AddVariable(builder, $"{prefix}_DATABASENAME", database.DatabaseName);
    }

    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params object[] args)
        where T : IResourceWithArgs
    {
        Declared(builder).Arguments.AddRange(args);
        return builder;
    }

    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? scheme = null, string? name = null, string? env = null, bool isProxied = true, bool? isExternal = null)
        where T : IResourceWithEndpoints
    {
        // Nothing proxies here, so nothing differs.
        _ = isProxied;
        var endpoint = new EndpointDeclaration(name ?? scheme ?? "tcp", scheme ?? "tcp", port, targetPort) { IsExternal = isExternal ?? false };
        if (Declared(builder).Endpoints.Exists(e => e.Name == endpoint.Name))
            throw new DistributedApplicationException($"'{builder.Resource.Name}' has two endpoints called '{endpoint.Name}'");
        Declared(builder).Endpoints.Add(endpoint);
        if (env is not null)
            Declared(builder).Environment.Add(new EnvironmentVariable(env, builder.GetEndpoint(endpoint.Name).Property(EndpointProperty.TargetPort)));
        return builder;
    }

    /// <summary>Changes an endpoint that is declared already.</summary>
    internal static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Action<EndpointDeclaration> callback)
        where T : IResourceWithEndpoints
    {
        callback(builder.GetEndpoint(endpointName).Declaration);
        return builder;
    }

    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool isProxied = true)
        where T : IResourceWithEndpoints => builder.WithEndpoint(port, targetPort, "http", name ?? "http", env, isProxied);

    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        foreach (var endpoint in Declared(builder).Endpoints.Where(e => e.Scheme is "http" or "https"))
            endpoint.IsExternal = true;
        return builder;
    }

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        if (statusCode is not null and not 200)
            throw new DistributedApplicationException($"'{builder.Resource.Name}' is healthy by status {statusCode}: the local runtime knows 200 alone");
        Declared(builder).Health = new HealthDeclaration(path ?? "/", endpointName ?? "http");
        return builder;
    }

    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport
    {
        Declared(builder).Waits.Add(new WaitDeclaration(dependency.Resource, ForCompletion: false));
        return builder;
    }

    public static IResourceBuilder<T> WaitForCompletion<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, int exitCode = 0)
        where T : IResourceWithWaitSupport
    {
        if (exitCode != 0)
            throw new DistributedApplicationException($"'{builder.Resource.Name}' waits for exit code {exitCode}: the local runtime knows 0 alone");
        Declared(builder).Waits.Add(new WaitDeclaration(dependency.Resource, ForCompletion: true));
        return builder;
    }

    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints => new(builder.Resource, name);

    private static IResourceBuilder<T> AddVariable<T>(IResourceBuilder<T> builder, string name, object value)
        where T : IResource
    {
        var variables = Declared(builder).Environment;
        variables.RemoveAll(v => v.Name == name);
        variables.Add(new EnvironmentVariable(name, value));
        return builder;
    }

    private static Resource Declared<T>(IResourceBuilder<T> builder)
        where T : IResource => (Resource)(IResource)builder.Resource;
}
