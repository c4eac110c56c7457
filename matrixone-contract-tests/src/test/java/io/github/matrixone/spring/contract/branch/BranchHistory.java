package io.github.matrixone.spring.contract.branch;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * What happens to a table and its branch: rows are numbered by their keys, and a value is
 * the number of a literal of its column's type, of which 0 is {@code NULL}.
 *
 * @param isComposite whether the key has two columns
 * @param types the types of the other columns
 * @param first the rows that both begin with
 * @param steps what is done to both, one after the other
 * @param end what is done at the end
 * @param picked the rows that are picked, where rows are picked
 */
record BranchHistory(boolean isComposite, List<Type> types, List<Step> first, List<Step> steps, End end,
		List<Integer> picked) {

	private static final int KEYS = 8;

	static BranchHistory random(Random random) {
		List<Type> types = random.ints(random.nextInt(4), 0, Type.values().length)
			.mapToObj((i) -> Type.values()[i])
			.toList();
		List<Step> first = steps(random, random.nextInt(10), types);
		return new BranchHistory(random.nextBoolean(), types,
				first.stream().filter((step) -> !step.isRemoval()).toList(), steps(random, random.nextInt(16), types),
				End.values()[random.nextInt(End.values().length)],
				IntStream.range(0, KEYS).filter((key) -> random.nextBoolean()).boxed().toList());
	}

	private static List<Step> steps(Random random, int count, List<Type> types) {
		return IntStream.range(0, count)
			.mapToObj((i) -> new Step(random.nextBoolean(), random.nextInt(KEYS),
					(random.nextInt(4) == 0) ? null
							: types.stream().map((type) -> random.nextInt(type.literals().size())).toList()))
			.toList();
	}

	/**
	 * Return histories that are a step shorter than this one.
	 */
	List<BranchHistory> shorter() {
		List<BranchHistory> shorter = new ArrayList<>();
		for (int i = 0; i < this.steps.size(); i++) {
			shorter.add(new BranchHistory(this.isComposite, this.types, this.first, without(this.steps, i), this.end,
					this.picked));
		}
		for (int i = 0; i < this.first.size(); i++) {
			shorter.add(new BranchHistory(this.isComposite, this.types, without(this.first, i), this.steps, this.end,
					this.picked));
		}
		for (int i = 0; i < this.types.size(); i++) {
			int column = i;
			shorter.add(new BranchHistory(this.isComposite, without(this.types, i),
					this.first.stream().map((step) -> step.without(column)).toList(),
					this.steps.stream().map((step) -> step.without(column)).toList(), this.end, this.picked));
		}
		return shorter;
	}

	private static <T> List<T> without(List<T> list, int index) {
		List<T> rest = new ArrayList<>(list);
		rest.remove(index);
		return rest;
	}

	/**
	 * A row gets values, or is removed.
	 *
	 * @param isOnBranch whether on the branch
	 * @param key the row
	 * @param values its values, or {@code null}
	 */
	record Step(boolean isOnBranch, int key, @Nullable List<Integer> values) {

		boolean isRemoval() {
			return this.values == null;
		}

		private Step without(int column) {
			return new Step(this.isOnBranch, this.key,
					(this.values != null) ? BranchHistory.without(this.values, column) : null);
		}

	}

	/**
	 * What is done at the end.
	 */
	enum End {

		MERGE, MERGE_KEEPING_TARGET, MERGE_TAKING_BRANCH, PICK

	}

	/**
	 * A type of a column, with literals that are no defaults, or look like them. A
	 * {@code BIT} is none of them: the server writes 0 where an {@code UPDATE} sets one
	 * to {@code NULL}.
	 */
	enum Type {

		BIGINT("BIGINT UNSIGNED", "0", "18446744073709551615"), BINARY("BINARY(4)", "'abcd'", "''"),
		BLOB("BLOB", "''", "'blob'"), BOOLEAN("BOOLEAN", "false", "true"), CHAR("CHAR(4)", "''", "'a'", "'b'"),
		DATE("DATE", "'2026-01-01'", "'2026-12-31'"),
		DATETIME("DATETIME(6)", "'2026-01-01 00:00:00'", "'2026-01-01 00:00:00.000001'"),
		DECIMAL("DECIMAL(20, 3)", "0", "0.001", "12345678901234567.891"), DOUBLE("DOUBLE", "0", "0.1"),
		ENUM("ENUM('a', 'b', 'C')", "'a'", "'b'", "'C'"), FLOAT("FLOAT", "0", "0.1"), INT("INT", "0", "1", "-1"),
		JSON("JSON", "'{}'", "'{\"a\": 1}'"), SET("SET('a', 'b')", "'a'", "'b'", "'a,b'"), TEXT("TEXT", "''", "'text'"),
		TIME("TIME(6)", "'00:00:00'", "'10:11:12.000001'"),
		TIMESTAMP("TIMESTAMP(6)", "'2026-01-01 00:00:00'", "'2026-01-01 00:00:00.000001'"),
		UUID("UUID", "'00000000-0000-0000-0000-000000000000'", "'6d1b1f73-2dbf-11ed-940f-000c29847904'"),
		VARCHAR("VARCHAR(9)", "''", "'a'", "'b '"), VECTOR("VECF32(2)", "'[0,0]'", "'[1,2.5]'");

		private final String definition;

		private final List<String> literals;

		Type(String definition, String... literals) {
			this.definition = definition;
			this.literals = new ArrayList<>(List.of("NULL"));
			this.literals.addAll(List.of(literals));
		}

		String definition() {
			return this.definition;
		}

		List<String> literals() {
			return this.literals;
		}

	}

}
