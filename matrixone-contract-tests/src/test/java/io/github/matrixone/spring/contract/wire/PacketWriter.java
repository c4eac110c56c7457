package io.github.matrixone.spring.contract.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Puts a packet together.
 */
final class PacketWriter {

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	PacketWriter int1(int value) {
		this.bytes.write(value);
		return this;
	}

	PacketWriter int2(int value) {
		return int1(value).int1(value >> 8);
	}

	PacketWriter int4(int value) {
		return int2(value).int2(value >> 16);
	}

	PacketWriter zeros(int number) {
		this.bytes.writeBytes(new byte[number]);
		return this;
	}

	PacketWriter text(String value) {
		this.bytes.writeBytes(value.getBytes(StandardCharsets.UTF_8));
		return this;
	}

	PacketWriter terminated(String value) {
		return text(value).int1(0);
	}

	PacketWriter number(long value) {
		if (value < 251) {
			return int1((int) value);
		}
		if (value <= 0xffff) {
			return int1(0xfc).int2((int) value);
		}
		return int1(0xfd).int2((int) value).int1((int) (value >> 16));
	}

	PacketWriter counted(@Nullable String value) {
		if (value == null) {
			return int1(0xfb);
		}
		byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
		number(encoded.length);
		this.bytes.writeBytes(encoded);
		return this;
	}

	byte[] bytes() {
		return this.bytes.toByteArray();
	}

}
