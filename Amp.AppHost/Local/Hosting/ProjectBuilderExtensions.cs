namespace Aspire.Hosting;

/// <summary>Projects of this solution in the picture.</summary>
public static class ProjectBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, string projectPath)
    {
        var path = Path.GetFullPath(projectPath, builder.AppHostDirectory);
        if (!File.Exists(path))
            throw new DistributedApplicationException($"the project '{name}' is not at {path}");
        return builder.AddResource(new ProjectResource(name) { ProjectPath = path });
    }

    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        builder.Resource.Replicas = replicas;
        return builder;
    }
}
