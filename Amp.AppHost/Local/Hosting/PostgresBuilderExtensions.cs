namespace Aspire.Hosting;

/// <summary>PostgreSQL in the picture.</summary>
public static class PostgresBuilderExtensions
{
    private const string DefaultImage = "docker.io/library/postgres:17.6";

    public static IResourceBuilder<PostgresServerResource> AddPostgres(this IDistributedApplicationBuilder builder, string name, int? port = null)
    {
        var password = new ParameterResource($"{name}-password", secret: true, builder.Configuration) { IsGenerated = true };
        var server = new PostgresServerResource(name, password) { Image = DefaultImage };
        server.Endpoints.Add(new EndpointDeclaration("tcp", "tcp", port, targetPort: 5432));
        server.Environment.Add(new EnvironmentVariable("POSTGRES_HOST_AUTH_METHOD", "scram-sha-256"));
        server.Environment.Add(new EnvironmentVariable("POSTGRES_INITDB_ARGS", "--auth-host=scram-sha-256 --auth-local=scram-sha-256"));
        server.Environment.Add(new EnvironmentVariable("POSTGRES_USER", "postgres"));
        server.Environment.Add(new EnvironmentVariable("POSTGRES_PASSWORD", password));
        var added = builder.AddResource(server);
        builder.AddResource(password);
        return added;
    }

    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null)
    {
        var database = new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource);
        builder.Resource.Databases.Add(database);
        return builder.ApplicationBuilder.AddResource(database);
    }

    public static IResourceBuilder<PostgresServerResource> WithDataVolume(this IResourceBuilder<PostgresServerResource> builder, string? name = null, bool isReadOnly = false)
    {
        builder.Resource.Mounts.Add(new MountDeclaration(name ?? $"{builder.Resource.Name}-data", "/var/lib/postgresql/data", IsBind: false, isReadOnly));
        return builder;
    }
}
