package io.github.matrixone.spring.contract.access;

import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

@Mapper
interface AccountMapper {

	@Insert("INSERT INTO account (name, balance) VALUES (#{name}, #{balance})")
	@Options(useGeneratedKeys = true, keyProperty = "id")
	void insert(NewAccount account);

	@Update("UPDATE account SET balance = #{balance} WHERE name = #{name}")
	void update(String name, int balance);

	@Select("SELECT balance FROM account WHERE name = #{name}")
	int balance(String name);

	@Select("SELECT balance FROM account WHERE name = #{name} FOR UPDATE")
	int lock(String name);

	class NewAccount {

		private Long id;

		private final String name;

		private final int balance;

		NewAccount(String name, int balance) {
			this.name = name;
			this.balance = balance;
		}

		Long getId() {
			return this.id;
		}

		void setId(Long id) {
			this.id = id;
		}

		String getName() {
			return this.name;
		}

		int getBalance() {
			return this.balance;
		}

	}

}
