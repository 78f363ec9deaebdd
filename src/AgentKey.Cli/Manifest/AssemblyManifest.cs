using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using AgentKey.Generators.Manifest;

namespace AgentKey.Cli.Manifest;

/// <summary>Reads the manifest that the generator wrote into an assembly, without loading the assembly.</summary>
internal static class AssemblyManifest
{
    private const string Namespace = "AgentKey.Agents";
    private const string Attribute = "AgentToolEntryAttribute";

    /// <summary>Empty for an assembly without tools.</summary>
    /// <exception cref="BadImageFormatException">It is no .NET assembly.</exception>
    public static IReadOnlyList<ToolEntry> Read(Stream assembly)
    {
        using var image = new PEReader(assembly);
        if (!image.HasMetadata)
        {
            throw new BadImageFormatException();
        }

        var metadata = image.GetMetadataReader();
        return metadata.IsAssembly
            ? [.. metadata.GetAssemblyDefinition().GetCustomAttributes()
                .Select(metadata.GetCustomAttribute)
                .Where(attribute => IsEntry(metadata, attribute))
                .Select(attribute => EntryOf(attribute.DecodeValue(AttributeTypes.Instance)))]
            : throw new BadImageFormatException();
    }

    private static bool IsEntry(MetadataReader metadata, CustomAttribute attribute)
    {
        if (attribute.Constructor.Kind != HandleKind.MemberReference
            || metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is not { Kind: HandleKind.TypeReference } parent)
        {
            return false;
        }

        var type = metadata.GetTypeReference((TypeReferenceHandle)parent);
        return metadata.StringComparer.Equals(type.Name, Attribute) && metadata.StringComparer.Equals(type.Namespace, Namespace);
    }

    private static ToolEntry EntryOf(CustomAttributeValue<string> value) => ToolEntry.Of(
        (string)value.FixedArguments[0].Value!,
        name => value.NamedArguments.FirstOrDefault(argument => argument.Name == name).Value);
}
