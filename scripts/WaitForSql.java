import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Waits until a server on loopback answers {@code SELECT 1}. Its port opens before that.
 * Speaks MySQL's protocol itself, so that no client has to be installed.
 */
final class WaitForSql {

	private static final int TIMEOUT_MILLIS = 5000;

	private static final int PROTOCOL_VERSION = 10;

	// CLIENT_LONG_PASSWORD, CLIENT_PROTOCOL_41, CLIENT_SECURE_CONNECTION, CLIENT_PLUGIN_AUTH
	private static final int CAPABILITIES = 0x00088201;

	private static final int MAX_PACKET_SIZE = 1 << 24;

	private static final byte UTF8MB4 = 45;

	private static final byte OK = 0;

	private static final byte QUERY = 3;

	private static final byte[] ROW_WITH_1 = { 1, '1' };

	private final DataInputStream in;

	private final DataOutputStream out;

	private WaitForSql(Socket socket) throws IOException {
		this.in = new DataInputStream(socket.getInputStream());
		this.out = new DataOutputStream(socket.getOutputStream());
	}

	public static void main(String[] args) throws Exception {
		if (args.length != 3) {
			System.err.println("usage: java WaitForSql.java PORT USERNAME PASSWORD");
			System.exit(2);
		}
		while (!answers(Integer.parseInt(args[0]), args[1], args[2])) {
			TimeUnit.MILLISECONDS.sleep(200);
		}
	}

	private static boolean answers(int port, String username, String password) throws GeneralSecurityException {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
			socket.setSoTimeout(TIMEOUT_MILLIS);
			WaitForSql session = new WaitForSql(socket);
			return session.logIn(username, password) && session.selects1();
		}
		catch (IOException ex) {
			return false;
		}
	}

	private boolean logIn(String username, String password) throws IOException, GeneralSecurityException {
		byte[] greeting = read();
		if (greeting[0] != PROTOCOL_VERSION) {
			return false;
		}
		int endOfVersion = 1;
		while (greeting[endOfVersion] != 0) {
			endOfVersion++;
		}
		byte[] salt = Arrays.copyOfRange(greeting, endOfVersion + 5, endOfVersion + 44);
		byte[] scramble = scramble(password, Arrays.copyOf(salt, 8), Arrays.copyOfRange(salt, 27, 39));
		ByteBuffer login = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
		login.putInt(CAPABILITIES).putInt(MAX_PACKET_SIZE).put(UTF8MB4).put(new byte[23]);
		login.put(text(username + '\0'));
		login.put((byte) scramble.length).put(scramble);
		login.put(text("mysql_native_password\0"));
		send(1, Arrays.copyOf(login.array(), login.position()));
		return read()[0] == OK;
	}

	private boolean selects1() throws IOException {
		send(0, text((char) QUERY + "SELECT 1"));
		if (read()[0] != 1) {
			return false;
		}
		read(); // The column
		read(); // The end of the columns
		return Arrays.equals(read(), ROW_WITH_1);
	}

	private byte[] read() throws IOException {
		byte[] payload = new byte[Integer.reverseBytes(this.in.readInt()) & 0xFFFFFF];
		if (payload.length == 0) {
			throw new EOFException("A packet is empty");
		}
		this.in.readFully(payload);
		return payload;
	}

	private void send(int number, byte[] payload) throws IOException {
		this.out.writeInt(Integer.reverseBytes(payload.length) | number);
		this.out.write(payload);
	}

	/**
	 * SHA1(password) XOR SHA1(salt + SHA1(SHA1(password))).
	 */
	private static byte[] scramble(String password, byte[]... salts) throws GeneralSecurityException {
		MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
		byte[] once = sha1.digest(text(password));
		byte[] twice = sha1.digest(once);
		for (byte[] salt : salts) {
			sha1.update(salt);
		}
		byte[] scramble = sha1.digest(twice);
		for (int i = 0; i < scramble.length; i++) {
			scramble[i] ^= once[i];
		}
		return scramble;
	}

	private static byte[] text(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
