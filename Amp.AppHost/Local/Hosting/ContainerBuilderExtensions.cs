namespace Aspire.Hosting;

/// <summary>Containers in the picture.</summary>
public static class ContainerBuilderExtensions
{
    public static IResourceBuilder<ContainerResource> AddContainer(this IDistributedApplicationBuilder builder, string name, string image, string tag) =>
        builder.AddResource(new ContainerResource(name) { Image = $"{image}:{tag}" });

    public static IResourceBuilder<T> WithVolume<T>(this IResourceBuilder<T> builder, string? name, string target, bool isReadOnly = false)
        where T : ContainerResource
    {
        builder.Resource.Mounts.Add(new MountDeclaration(name ?? $"{builder.Resource.Name}-volume", target, IsBind: false, isReadOnly));
        return builder;
    }

    public static IResourceBuilder<T> WithBindMount<T>(this IResourceBuilder<T> builder, string source, string target, bool isReadOnly = false)
        where T : ContainerResource
    {
        builder.Resource.Mounts.Add(new MountDeclaration(Path.GetFullPath(source, builder.ApplicationBuilder.AppHostDirectory), target, IsBind: true, isReadOnly));
        return builder;
    }
}
