package io.github.matrixone.spring.contract.wire;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link WireServer}: the protocol's commands, one after the other.
 */
final class WireSession {

	private static final int CONNECT_WITH_DATABASE = 0x8;

	private static final int MULTI_STATEMENTS = 0x10000;

	private static final int DEPRECATE_EOF = 0x1000000;

	/**
	 * What a MatrixOne offers.
	 */
	private static final int CAPABILITIES = 0x1 | 0x2 | 0x4 | CONNECT_WITH_DATABASE | 0x80 | 0x200 | 0x400 | 0x2000
			| 0x8000 | MULTI_STATEMENTS | 0x20000 | 0x80000 | 0x100000 | 0x200000 | DEPRECATE_EOF;

	private static final int IN_TRANSACTION = 0x1;

	private static final int AUTOCOMMIT = 0x2;

	private static final int MORE_RESULTS = 0x8;

	private static final int NOT_NULL_KEY = 0x1 | 0x2;

	private static final Pattern LOAD_LOCAL = Pattern.compile("(?is)LOAD\\s+DATA\\s+LOCAL\\s+INFILE\\s+'([^']*)'.*");

	private static final Pattern KILL = Pattern.compile("(?i)KILL\\s+(QUERY\\s+|CONNECTION\\s+)?(\\d+)");

	private final WireServer server;

	private final int number;

	private final PacketChannel channel;

	private final SessionTransaction transaction;

	private final Map<Integer, Prepared> prepared = new HashMap<>();

	private String database = "";

	private boolean multiStatements;

	private boolean deprecateEof;

	private volatile Reaction.@Nullable Hold hold;

	WireSession(WireServer server, int number, PacketChannel channel, SessionTransaction transaction) {
		this.server = server;
		this.number = number;
		this.channel = channel;
		this.transaction = transaction;
	}

	int number() {
		return this.number;
	}

	String database() {
		return this.database;
	}

	String version() {
		return this.server.kind().version();
	}

	boolean isMatrixOne() {
		return this.server.kind().isMatrixOne();
	}

	boolean isAutocommit() {
		return this.transaction.isAutocommit();
	}

	boolean isInTransaction() {
		return this.transaction.isActive();
	}

	PacketChannel channel() {
		return this.channel;
	}

	/**
	 * Serve the connection until it is closed.
	 */
	void serve() throws IOException, InterruptedException {
		try (this.channel) {
			try {
				greet();
				byte[] packet = this.channel.read();
				while (packet != null && packet[0] != 0x01) {
					serve(packet[0], new PacketReader(packet));
					this.channel.flush();
					packet = this.channel.read();
				}
			}
			finally {
				this.server.end(this, this.transaction);
			}
		}
	}

	private void greet() throws IOException {
		this.channel.write(new PacketWriter().int1(10)
			.terminated(version())
			.int4(this.number)
			.terminated("12345678")
			.int2(CAPABILITIES)
			.int1(45)
			.int2(AUTOCOMMIT)
			.int2(CAPABILITIES >>> 16)
			.int1(21)
			.zeros(10)
			.terminated("123456789012")
			.terminated("mysql_native_password"));
		this.channel.flush();
		byte[] answer = this.channel.read();
		if (answer == null) {
			throw new EOFException();
		}
		PacketReader login = new PacketReader(answer);
		int capabilities = login.int4();
		this.multiStatements = (capabilities & MULTI_STATEMENTS) != 0;
		this.deprecateEof = (capabilities & DEPRECATE_EOF) != 0;
		login.bytes(28);
		login.terminated();
		login.counted();
		if ((capabilities & CONNECT_WITH_DATABASE) != 0) {
			this.database = login.terminated();
		}
		ok(0);
		this.channel.flush();
	}

	private void serve(byte command, PacketReader packet) throws IOException, InterruptedException {
		packet.int1();
		switch (command) {
			case 0x02 -> run("COM_INIT_DB", List.of("USE `" + packet.rest() + "`"), false);
			case 0x03 -> {
				String text = packet.rest();
				List<String> statements = SqlText.statements(text);
				if (statements.isEmpty()) {
					error(new Reaction.Fail(1065, "42000", "Query was empty", false));
				}
				else if (statements.size() > 1 && !this.multiStatements) {
					record("COM_QUERY", SqlText.bare(text));
					error(new Reaction.Fail(1064, "42000", "You have an error in your SQL syntax", false));
				}
				else {
					run("COM_QUERY", statements, false);
				}
			}
			case 0x0e -> {
				record("COM_PING", "");
				ok(0);
			}
			case 0x16 -> prepare(packet.rest());
			case 0x17 -> execute(packet);
			case 0x18 -> {
			}
			case 0x19 -> this.prepared.remove(packet.int4());
			case 0x1a -> {
				record("COM_STMT_RESET", "");
				ok(0);
			}
			case 0x1b -> {
				this.multiStatements = packet.int2() == 0;
				record(this.multiStatements ? "COM_SET_OPTION on" : "COM_SET_OPTION off", "");
				ok(0);
			}
			case 0x11 -> reset("COM_CHANGE_USER", command);
			case 0x1f -> reset("COM_RESET_CONNECTION", command);
			default -> unsupported(command);
		}
	}

	private void reset(String name, byte command) throws IOException {
		record(name, "");
		if (isMatrixOne()) {
			unsupported(command);
		}
		else {
			this.server.inTurn(() -> {
				this.transaction.reset();
				return null;
			});
			ok(0);
		}
	}

	private void unsupported(byte command) throws IOException {
		error(new Reaction.Fail(20101, "HY000", "internal error: unsupported command. 0x%x".formatted(command), false));
	}

	private void prepare(String sql) throws IOException {
		String bare = SqlText.bare(sql);
		int id = this.server.nextPrepared();
		int parameters = SqlText.parameters(bare);
		List<String> columns = SessionTransaction.isRead(bare) ? answer(bare).columns() : List.of();
		this.prepared.put(id, new Prepared(bare, parameters));
		record("COM_STMT_PREPARE", bare);
		this.channel.write(new PacketWriter().int1(0).int4(id).int2(columns.size()).int2(parameters).int1(0).int2(0));
		columns(Collections.nCopies(parameters, "?"), "");
		columns(columns, "");
	}

	private void execute(PacketReader packet) throws IOException, InterruptedException {
		Prepared statement = this.prepared.get(packet.int4());
		if (statement == null) {
			error(new Reaction.Fail(20101, "HY000", "internal error: unknown prepared statement", false));
			return;
		}
		int flags = packet.int1();
		packet.int4();
		String sql = SqlText.withParameters(statement.sql, statement.values(packet));
		if (flags != 0) { // MO#27286
			record("COM_STMT_EXECUTE", sql);
			error(new Reaction.Fail(20301, "HY000", "invalid input: unsupported Prepare flag '" + flags + "'", false));
			return;
		}
		run("COM_STMT_EXECUTE", List.of(sql), true);
	}

	private void run(String command, List<String> statements, boolean binary) throws IOException, InterruptedException {
		for (int i = 0; i < statements.size(); i++) {
			String sql = statements.get(i);
			Reaction reaction = this.server.inTurn(() -> {
				record(command, sql);
				return this.server.reaction(sql);
			});
			if (reaction instanceof Reaction.Hold held) {
				this.hold = held;
				reaction = held.await();
				this.hold = null;
			}
			if (reaction instanceof Reaction.Cut cut && !cut.carriedOut()) {
				throw new EOFException();
			}
			if (reaction instanceof Reaction.Fail fail) {
				if (fail.dropsTransaction()) {
					this.server.inTurn(() -> {
						this.transaction.rollback();
						return null;
					});
				}
				error(fail);
				return;
			}
			Reaction.Fail refused = this.server.inTurn(() -> carryOut(sql));
			if (refused != null) {
				error(refused);
				return;
			}
			if (reaction instanceof Reaction.Cut) {
				throw new EOFException();
			}
			respond(sql, reaction, (i < statements.size() - 1) ? MORE_RESULTS : 0, binary);
		}
	}

	private Reaction.@Nullable Fail carryOut(String sql) {
		Reaction.Fail refused = this.transaction.execute(sql);
		if (refused == null && SqlText.startsWith(sql, "USE")) {
			this.database = sql.substring(3).strip().replace("`", "");
		}
		Matcher kill = KILL.matcher(sql);
		if (refused == null && kill.matches()) {
			boolean query = kill.group(1) != null && SqlText.startsWith(kill.group(1), "QUERY");
			this.server.kill(Integer.parseInt(kill.group(2)), query);
		}
		return refused;
	}

	/**
	 * End what the session waits for.
	 */
	void kill() {
		Reaction.Hold held = this.hold;
		if (held != null) {
			held.kill();
		}
	}

	private void respond(String sql, @Nullable Reaction reaction, int status, boolean binary) throws IOException {
		Matcher local = LOAD_LOCAL.matcher(sql);
		if (local.matches()) {
			this.channel.write(new PacketWriter().int1(0xfb).text(local.group(1)));
			this.channel.flush();
			byte[] content = this.channel.read();
			while (content != null && content.length > 0) {
				content = this.channel.read();
			}
			ok(status);
		}
		else if (reaction instanceof Reaction.Rows rows) {
			rows(rows.answer(), status, binary);
		}
		else if (SessionTransaction.isRead(sql)) {
			rows(answer(sql), status, binary);
		}
		else {
			ok(status);
		}
	}

	private Answer answer(String sql) {
		Answer scripted = this.server.scriptedAnswer(sql);
		return (scripted != null) ? scripted : Variables.answer(sql, this);
	}

	private void record(String command, String sql) {
		this.server.record(new WireStatement(this.number, command, sql, this.transaction.isBegun(),
				this.transaction.isAutocommit(), this.database));
	}

	private void rows(Answer answer, int status, boolean binary) throws IOException {
		this.channel.write(new PacketWriter().number(answer.columns().size()));
		columns(answer.columns(), answer.table());
		for (List<@Nullable String> row : answer.rows()) {
			PacketWriter packet = new PacketWriter();
			if (binary) {
				byte[] nulls = new byte[(row.size() + 9) / 8];
				for (int i = 0; i < row.size(); i++) {
					nulls[(i + 2) / 8] |= (row.get(i) == null) ? (byte) (1 << (i + 2) % 8) : 0;
				}
				packet.int1(0);
				for (byte part : nulls) {
					packet.int1(part);
				}
				row.stream().filter(Objects::nonNull).forEach(packet::counted);
			}
			else {
				row.forEach(packet::counted);
			}
			this.channel.write(packet);
		}
		if (this.deprecateEof) {
			this.channel.write(new PacketWriter().int1(0xfe).number(0).number(0).int2(status(status)).int2(0));
		}
		else {
			eof(status);
		}
	}

	private void columns(List<String> names, String table) throws IOException {
		for (int i = 0; i < names.size(); i++) {
			String name = names.get(i);
			boolean key = i == 0 && !table.isEmpty();
			this.channel.write(new PacketWriter().counted("def")
				.counted(table.isEmpty() ? "" : this.database)
				.counted(table)
				.counted(table)
				.counted(name)
				.counted(table.isEmpty() ? "" : name)
				.int1(12)
				.int2(45)
				.int4(255)
				.int1(253)
				.int2(key ? NOT_NULL_KEY : 0)
				.int1(0)
				.int2(0));
		}
		if (!names.isEmpty() && !this.deprecateEof) {
			eof(0);
		}
	}

	private void ok(int status) throws IOException {
		this.channel
			.write(new PacketWriter().int1(0).number(1).number(this.server.nextKey()).int2(status(status)).int2(0));
	}

	private void eof(int status) throws IOException {
		this.channel.write(new PacketWriter().int1(0xfe).int2(0).int2(status(status)));
	}

	private void error(Reaction.Fail fail) throws IOException {
		this.channel
			.write(new PacketWriter().int1(0xff).int2(fail.code()).text("#" + fail.state()).text(fail.message()));
	}

	private int status(int more) {
		return more | (this.transaction.isAutocommit() ? AUTOCOMMIT : 0)
				| (this.transaction.isActive() ? IN_TRANSACTION : 0);
	}

	/**
	 * A statement that is prepared on the server.
	 */
	private static final class Prepared {

		private final String sql;

		private final int[] types;

		Prepared(String sql, int parameters) {
			this.sql = sql;
			this.types = new int[parameters];
		}

		List<String> values(PacketReader packet) {
			if (this.types.length == 0) {
				return List.of();
			}
			byte[] nulls = packet.bytes((this.types.length + 7) / 8);
			if (packet.int1() == 1) {
				for (int i = 0; i < this.types.length; i++) {
					this.types[i] = packet.int2();
				}
			}
			List<String> values = new ArrayList<>();
			for (int i = 0; i < this.types.length; i++) {
				boolean isNull = (nulls[i / 8] & 1 << i % 8) != 0;
				values.add(isNull ? "NULL" : packet.literal(this.types[i]));
			}
			return values;
		}

	}

}
