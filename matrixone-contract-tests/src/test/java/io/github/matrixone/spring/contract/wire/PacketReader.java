package io.github.matrixone.spring.contract.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Takes a packet apart.
 */
final class PacketReader {

	private final ByteBuffer bytes;

	PacketReader(byte[] packet) {
		this.bytes = ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN);
	}

	boolean hasMore() {
		return this.bytes.hasRemaining();
	}

	int int1() {
		return Byte.toUnsignedInt(this.bytes.get());
	}

	int int2() {
		return Short.toUnsignedInt(this.bytes.getShort());
	}

	int int4() {
		return this.bytes.getInt();
	}

	byte[] bytes(int number) {
		byte[] part = new byte[number];
		this.bytes.get(part);
		return part;
	}

	String rest() {
		return new String(bytes(this.bytes.remaining()), StandardCharsets.UTF_8);
	}

	String terminated() {
		int start = this.bytes.position();
		int end = start;
		while (end < this.bytes.limit() && this.bytes.get(end) != 0) {
			end++;
		}
		String text = new String(bytes(end - start), StandardCharsets.UTF_8);
		if (hasMore()) {
			int1();
		}
		return text;
	}

	byte[] counted() {
		int first = int1();
		return switch (first) {
			case 0xfc -> bytes(int2());
			case 0xfd -> bytes(int2() | int1() << 16);
			case 0xfe -> throw new IllegalArgumentException("A value of more than 16 MB");
			default -> bytes(first);
		};
	}

	/**
	 * Read the parameter of a statement that is prepared on the server.
	 * @param type the type's number in the protocol
	 * @return the literal that means the same in a statement's text
	 */
	String literal(int type) {
		return switch (type & 0xff) {
			case 1 -> Byte.toString(this.bytes.get());
			case 2 -> Short.toString(this.bytes.getShort());
			case 3 -> Integer.toString(int4());
			case 4 -> Float.toString(this.bytes.getFloat());
			case 5 -> Double.toString(this.bytes.getDouble());
			case 8 -> Long.toString(this.bytes.getLong());
			case 7, 10, 11, 12 -> "x'" + HexFormat.of().formatHex(bytes(int1())) + "'";
			default -> "'" + new String(counted(), StandardCharsets.UTF_8).replace("'", "''") + "'";
		};
	}

}
