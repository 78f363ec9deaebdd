using System.Globalization;
using AgentKey.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Spectre.Console;

namespace AgentKey.Benchmarks;

/// <summary>What the generator adds to a build, and to a keystroke in an editor: time in the generator, fastest and median of its runs.</summary>
internal static class GeneratorBenchmark
{
    private const int Rounds = 21;

    public static void Run()
    {
        var table = new Table().AddColumns("tools", "cold ms", "edit elsewhere ms", "body of a tool ms", "price of a tool ms");
        foreach (var count in new[] { 10, 100, 1000 })
        {
            var project = new ToolProject(count);
            Measure(project);
            table.AddRow([count.ToString(CultureInfo.InvariantCulture), .. Measure(project)]);
        }

        AnsiConsole.Write(table);
    }

    private static string[] Measure(ToolProject project) =>
    [
        Summarize(_ => Time(NewDriver(), project.Compile())),
        MeasureEdits(project, ToolProject.EditElsewhere),
        MeasureEdits(project, ToolProject.EditBody),
        MeasureEdits(project, ToolProject.EditPrice),
    ];

    private static string MeasureEdits(ToolProject project, Func<Compilation, int, Compilation> edit)
    {
        var compilation = project.Compile();
        GeneratorDriver driver = NewDriver();
        driver = driver.RunGenerators(compilation);
        return Summarize(round =>
        {
            compilation = edit(compilation, round);
            driver = driver.RunGenerators(compilation);
            return driver.GetTimingInfo().GeneratorTimes.Single().ElapsedTime;
        });
    }

    private static TimeSpan Time(CSharpGeneratorDriver driver, Compilation compilation) =>
        driver.RunGenerators(compilation).GetTimingInfo().GeneratorTimes.Single().ElapsedTime;

    private static string Summarize(Func<int, TimeSpan> measure)
    {
        var times = Enumerable.Range(0, Rounds).Select(round => measure(round).TotalMilliseconds).Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{times[0]:0.00} / {times[Rounds / 2]:0.00}");
    }

    private static CSharpGeneratorDriver NewDriver() =>
        CSharpGeneratorDriver.Create([new AgentToolGenerator().AsSourceGenerator()], parseOptions: ToolProject.Parsing);
}
