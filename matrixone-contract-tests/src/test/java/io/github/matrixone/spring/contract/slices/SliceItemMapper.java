package io.github.matrixone.spring.contract.slices;

import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Mapper;

@Mapper
interface SliceItemMapper {

	@Insert("INSERT INTO item (id, name) VALUES (#{id}, #{name})")
	void insert(int id, String name);

}
