package io.github.matrixone.spring.contract.wire;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the packets of one connection, and keeps all that it has read.
 */
final class PacketChannel implements Closeable {

	private final Socket socket;

	private final DataInputStream in;

	private final OutputStream out;

	private final List<byte[]> received = new CopyOnWriteArrayList<>();

	private int sequence;

	PacketChannel(Socket socket) throws IOException {
		this.socket = socket;
		this.socket.setTcpNoDelay(true);
		this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
		this.out = new BufferedOutputStream(socket.getOutputStream());
	}

	/**
	 * Read the next packet.
	 * @return what it holds after its header, or {@code null} after the last one
	 */
	byte @Nullable [] read() throws IOException {
		int low = this.in.read();
		if (low < 0) {
			return null;
		}
		int length = low | this.in.read() << 8 | this.in.read() << 16;
		this.sequence = this.in.read() + 1;
		byte[] packet = new byte[length];
		this.in.readFully(packet);
		this.received.add(packet);
		return packet;
	}

	void write(PacketWriter packet) throws IOException {
		byte[] bytes = packet.bytes();
		this.out.write(bytes.length);
		this.out.write(bytes.length >> 8);
		this.out.write(bytes.length >> 16);
		this.out.write(this.sequence++);
		this.out.write(bytes);
	}

	void flush() throws IOException {
		this.out.flush();
	}

	List<byte[]> received() {
		return this.received;
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
