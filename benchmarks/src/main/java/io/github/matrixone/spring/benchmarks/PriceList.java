package io.github.matrixone.spring.benchmarks;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.openjdk.jmh.results.RunResult;

/**
 * The results of {@link PriceBenchmark} as a table: what each wrapper adds to the driver
 * alone.
 */
final class PriceList {

	private final Map<PriceWrapper, Map<String, Cost>> costs = new EnumMap<>(PriceWrapper.class);

	PriceList(Collection<RunResult> results) {
		for (RunResult result : results) {
			String name = result.getParams().getBenchmark();
			this.costs
				.computeIfAbsent(PriceWrapper.valueOf(result.getParams().getParam("wrapper")),
						(wrapper) -> new HashMap<>())
				.put(name.substring(name.lastIndexOf('.') + 1) + ' ' + result.getParams().getParam("transaction"),
						Cost.of(result));
		}
	}

	void print() {
		System.out.println();
		System.out.println("| What | "
				+ this.costs.keySet().stream().map(PriceWrapper::title).collect(Collectors.joining(" | ")) + " |");
		System.out.println("| --- |" + " ---: |".repeat(this.costs.size()));
		for (String mode : new String[] { "false", "true" }) {
			String where = mode.equals("true") ? ", in a transaction of its own" : "";
			row("a plain update" + where, "plain " + mode);
			row("a prepared update" + where, "update " + mode);
			row("a prepared insert" + where, "insert " + mode);
			row("a prepared query of one row" + where, "row " + mode);
			row("a batch of one" + where, "batch " + mode);
		}
		row("a further update in a transaction", "elevenUpdates true", "update true", 10);
		row("a further parameter of an insert", "insertOfElevenColumns false", "insert false", 10);
		row("a further row of two columns", "manyRows false", "row false", 100);
		row("a further column of a row", "manyRows false", "manyRowsOfOneColumn false", 101);
		row("a further entry of a batch", "longBatch false", "batch false", 100);
		row("a further entry of a batch in a transaction", "longBatch true", "batch true", 100);
	}

	private void row(String what, String name) {
		row(what, (costs) -> cost(costs, name));
	}

	private void row(String what, String many, String few, int difference) {
		row(what, (costs) -> cost(costs, many).minus(cost(costs, few)).by(difference));
	}

	private static Cost cost(Map<String, Cost> costs, String name) {
		return Objects.requireNonNull(costs.get(name), name);
	}

	private void row(String what, Function<Map<String, Cost>, Cost> cell) {
		Cost alone = cell.apply(Objects.requireNonNull(this.costs.get(PriceWrapper.DRIVER)));
		StringBuilder line = new StringBuilder("| ").append(what).append(" |");
		this.costs.forEach((wrapper, costs) -> {
			Cost cost = cell.apply(costs);
			boolean driver = wrapper == PriceWrapper.DRIVER;
			Cost shown = driver ? cost : cost.minus(alone);
			line.append(String.format(Locale.ROOT, driver ? " %.1f ns, %.0f B |" : " %+.1f ns, %+.0f B |",
					shown.nanoseconds, shown.bytes));
		});
		System.out.println(line);
	}

	/**
	 * What something takes.
	 *
	 * @param nanoseconds the time
	 * @param bytes the memory
	 */
	private record Cost(double nanoseconds, double bytes) {

		static Cost of(RunResult result) {
			return new Cost(result.getPrimaryResult().getScore(),
					Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm")).getScore());
		}

		Cost minus(Cost other) {
			return new Cost(this.nanoseconds - other.nanoseconds, this.bytes - other.bytes);
		}

		Cost by(int count) {
			return new Cost(this.nanoseconds / count, this.bytes / count);
		}

	}

}
