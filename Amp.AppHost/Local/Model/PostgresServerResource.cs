namespace Aspire.Hosting.ApplicationModel;

/// <summary>A PostgreSQL server: a private cluster of this machine here, a container where a deployment tool makes it.</summary>
public sealed class PostgresServerResource(string name, ParameterResource password) : ContainerResource(name), IResourceWithConnectionString
{
    private readonly TaskCompletionSource<Func<string, string>> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal List<PostgresDatabaseResource> Databases { get; } = [];

    internal ParameterResource Password { get; } = password;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"Host={Endpoint(EndpointProperty.Host)};Port={Endpoint(EndpointProperty.Port)};Username=postgres;Password={Password}");

    public string ValueExpression => $"{{{Name}.connectionString}}";

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        await ConnectionStringAsync("postgres", cancellationToken);

    /// <summary>The connection string of a database of the running server; waits until it runs.</summary>
    internal async Task<string> ConnectionStringAsync(string database, CancellationToken cancellationToken) =>
        (await _started.Task.WaitAsync(cancellationToken))(database);

    internal void Started(Func<string, string> connectionString) => _started.TrySetResult(connectionString);

    internal EndpointReferenceExpression Endpoint(EndpointProperty property) => new EndpointReference(this, "tcp").Property(property);
}
